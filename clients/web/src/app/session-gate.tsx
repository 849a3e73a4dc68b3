import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { forgetAll } from '../cache/remembered';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { useBrook, useUser } from './brook-context';
import { useErrorText } from './errors';
import { Splash } from './splash';

/** Whether the server has just signed this person in through another provider; the page's address says so once. */
function cameFromProvider(): boolean {
  const url = new URL(window.location.href);
  if (!url.searchParams.has('signed-in')) return false;
  url.searchParams.delete('signed-in');
  window.history.replaceState(null, '', url);
  return true;
}

/**
 * Takes up the session of an earlier visit before any page is shown, and keeps the socket open while somebody is
 * signed in. What one person has loaded is forgotten when they leave.
 */
export function SessionGate({ children }: { children: ReactNode }) {
  const brook = useBrook();
  const user = useUser();
  const { t } = useTranslation();
  const errorText = useErrorText();
  const queries = useQueryClient();
  const restored = useQuery({
    queryKey: ['session'],
    queryFn: () => brook.restore({ cookieIsNew: cameFromProvider() }),
    staleTime: Infinity,
    gcTime: Infinity,
  });
  const userId = user?.id;

  useEffect(
    () =>
      brook.on('user', (present) => {
        if (present === null) forgetAll();
      }),
    [brook],
  );

  useEffect(() => {
    if (userId === undefined) return;
    // How the connection fares, and why it ended, is shown from its state.
    brook.connect().catch(() => undefined);
    return () => {
      brook.disconnect();
      queries.removeQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' });
    };
  }, [brook, queries, userId]);

  // What is remembered is shown while the server still says who one is.
  if (restored.isPending && !user) return <Splash />;
  if (restored.isError && !user) {
    return (
      <main className="grid h-full place-items-center">
        <EmptyState
          title={errorText(restored.error)}
          action={
            <Button busy={restored.isFetching} onClick={() => void restored.refetch()}>
              {t('common.tryAgain')}
            </Button>
          }
        />
      </main>
    );
  }
  return children;
}
