import { useTranslation } from 'react-i18next';
import { useTitle } from '../app/use-title';
import { LinkButton } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { FrontPage } from './front-page';

/** For addresses that lead nowhere. */
export function NotFoundPage() {
  const { t } = useTranslation();
  useTitle(t('common.notFound'));
  return (
    <FrontPage>
      <main className="grid grow place-items-center pb-24">
        <EmptyState title={t('common.notFound')} action={<LinkButton to="/">{t('common.home')}</LinkButton>} />
      </main>
    </FrontPage>
  );
}
