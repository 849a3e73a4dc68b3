import { useTranslation } from 'react-i18next';
import { Logo } from '../ui/logo';

/** What one sees while the page finds out who one is. */
export function Splash() {
  const { t } = useTranslation();
  return (
    <div role="status" aria-label={t('app.loading')} className="grid h-full place-items-center">
      <Logo className="breathe size-12" />
    </div>
  );
}
