import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { prefer, usePreferences } from '../app/preferences';
import { askForNotifications, notificationPermission } from '../notify/system-notification';
import { Switch } from '../ui/switch';
import { Section } from './section';

/** What one is told of while one looks elsewhere. */
export function NotificationSettings() {
  const { t } = useTranslation();
  const { sound, notify } = usePreferences();
  const [permission, setPermission] = useState(notificationPermission);
  const allowed = permission === 'granted';
  const change = async (on: boolean) => {
    const granted = on && (await askForNotifications());
    setPermission(notificationPermission());
    prefer({ notify: granted });
  };
  return (
    <Section title={t('settings.notifications')} hint={t('settings.thisBrowser')}>
      <Switch
        label={t('settings.notify')}
        hint={permission === 'denied' ? t('settings.notifyDenied') : t('settings.notifyHint')}
        checked={notify && allowed}
        disabled={permission === 'unsupported' || permission === 'denied'}
        onChange={(on) => void change(on)}
      />
      <Switch
        label={t('settings.sound')}
        hint={t('settings.soundHint')}
        checked={sound}
        onChange={(on) => prefer({ sound: on })}
      />
    </Section>
  );
}
