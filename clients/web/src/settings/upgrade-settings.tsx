import { useTranslation } from 'react-i18next';
import { useBrook } from '../app/brook-context';
import { CredentialsForm } from '../pages/credentials-form';
import { toast } from '../ui/toast';
import { Section } from './section';

/** A guest becomes a member and keeps everything. */
export function UpgradeSettings() {
  const { t } = useTranslation();
  const brook = useBrook();
  return (
    <Section title={t('settings.upgrade')} hint={t('settings.upgradeHint')}>
      <CredentialsForm
        action={t('home.signUp')}
        submit={async (credentials) => {
          await brook.users.upgrade(credentials);
          toast(t('settings.upgraded'));
        }}
      />
    </Section>
  );
}
