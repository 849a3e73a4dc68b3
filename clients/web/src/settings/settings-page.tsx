import { useTranslation } from 'react-i18next';
import { useUser } from '../app/brook-context';
import { useTitle } from '../app/use-title';
import { Page } from '../ui/page';
import { AppearanceSettings } from './appearance-settings';
import { GithubSettings } from './github-settings';
import { NotificationSettings } from './notification-settings';
import { PasswordSettings } from './password-settings';
import { ProfileSettings } from './profile-settings';
import { SessionSettings } from './session-settings';
import { UpgradeSettings } from './upgrade-settings';

/** Everything that a person can choose for themselves. */
export default function SettingsPage() {
  const { t } = useTranslation();
  const user = useUser();
  useTitle(t('settings.title'));
  if (!user) return null;
  return (
    <Page title={t('settings.title')}>
      {user.kind === 'guest' && <UpgradeSettings />}
      <ProfileSettings user={user} />
      <AppearanceSettings />
      <NotificationSettings />
      {user.kind === 'member' && <PasswordSettings />}
      {user.kind === 'member' && <GithubSettings />}
      <SessionSettings />
    </Page>
  );
}
