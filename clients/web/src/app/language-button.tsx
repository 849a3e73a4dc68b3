import { Languages } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { chooseLanguage } from '../i18n';

/** Changes to the other language; its name is written in itself. */
export function LanguageButton() {
  const { t, i18n } = useTranslation();
  const other = i18n.language === 'ko' ? 'en' : 'ko';
  return (
    <button
      type="button"
      lang={other}
      onClick={() => void chooseLanguage(other)}
      className="inline-flex h-9 items-center gap-1.5 rounded-lg px-2.5 text-sm text-ink-soft hover:bg-hover hover:text-ink [&_svg]:size-4"
    >
      <Languages aria-hidden="true" />
      {t('app.language')}
    </button>
  );
}
