import { Monitor, Moon, Sun } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { prefer, usePreferences } from '../app/preferences';
import { chooseLanguage, type Language } from '../i18n';
import { Segments } from '../ui/segments';
import { Section } from './section';

/** Light or dark, Korean or English. */
export function AppearanceSettings() {
  const { t, i18n } = useTranslation();
  const { theme } = usePreferences();
  return (
    <Section title={t('settings.appearance')} hint={t('settings.thisBrowser')}>
      <Segments
        label={t('settings.theme')}
        value={theme}
        onChange={(value) => prefer({ theme: value })}
        options={[
          { value: 'system', label: t('settings.system'), icon: <Monitor aria-hidden="true" /> },
          { value: 'light', label: t('settings.light'), icon: <Sun aria-hidden="true" /> },
          { value: 'dark', label: t('settings.dark'), icon: <Moon aria-hidden="true" /> },
        ]}
      />
      <Segments
        label={t('account.language')}
        value={i18n.language as Language}
        onChange={(value) => void chooseLanguage(value)}
        options={[
          { value: 'ko', label: '한국어', lang: 'ko' },
          { value: 'en', label: 'English', lang: 'en' },
        ]}
      />
    </Section>
  );
}
