import { useTranslation } from 'react-i18next';
import { useNavigate } from 'react-router';
import { useUser } from '../app/brook-context';
import { useTitle } from '../app/use-title';
import { EmptyState } from '../ui/empty-state';
import { Page } from '../ui/page';
import { SearchView } from './search-view';

/** Looks for messages in all rooms that one may read. */
export default function SearchPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const user = useUser();
  useTitle(t('search.title'));
  return (
    <Page title={t('search.title')} lead={t('search.lead')} fill>
      {user?.kind === 'guest' ? (
        <EmptyState title={t('search.guest')} hint={t('search.guestHint')} />
      ) : (
        <div className="-mx-3 flex min-h-0 grow flex-col">
          <SearchView onChoose={(message) => void navigate(`/rooms/${message.roomId}?message=${message.seq}`)} />
        </div>
      )}
    </Page>
  );
}
