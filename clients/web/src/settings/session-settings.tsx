import type { SessionItem } from '@brook/common/contracts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { MonitorSmartphone } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useBrook } from '../app/brook-context';
import { useErrorText } from '../app/errors';
import { moment } from '../i18n/moments';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { SkeletonRows } from '../ui/skeleton';
import { toast } from '../ui/toast';
import { deviceOf } from './device';
import { Section } from './section';

/** Where one is signed in, and how to end it. */
export function SessionSettings() {
  const { t } = useTranslation();
  const brook = useBrook();
  const errorText = useErrorText();
  const sessions = useQuery({ queryKey: ['sessions'], queryFn: () => brook.users.sessions({ limit: 100 }) });
  return (
    <Section title={t('settings.sessions')} hint={t('settings.sessionsHint')}>
      {sessions.isPending && <SkeletonRows rows={2} label={t('app.loading')} />}
      {sessions.isError && (
        <EmptyState
          title={t('common.failed')}
          hint={errorText(sessions.error)}
          action={<Button onClick={() => void sessions.refetch()}>{t('common.tryAgain')}</Button>}
        />
      )}
      {sessions.data && (
        <ul className="divide-y divide-line rounded-xl border border-line">
          {sessions.data.items.map((session) => (
            <SessionLine key={session.id} session={session} />
          ))}
        </ul>
      )}
    </Section>
  );
}

function SessionLine({ session }: { session: SessionItem }) {
  const { t, i18n } = useTranslation();
  const brook = useBrook();
  const queries = useQueryClient();
  const errorText = useErrorText();
  const end = useMutation({
    mutationFn: () => brook.users.endSession(session.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['sessions'] }),
    onError: (error) => toast(errorText(error), 'danger'),
  });
  const used = moment(new Date(session.lastUsedAt), 'medium', i18n.language);
  return (
    <li className="flex items-center gap-3 px-3.5 py-3">
      <MonitorSmartphone className="size-5 shrink-0 text-ink-faint" aria-hidden="true" />
      <div className="min-w-0 grow">
        <p className="truncate text-sm font-medium">{deviceOf(session.userAgent) ?? t('settings.unknownDevice')}</p>
        <p className="truncate text-xs text-ink-faint">
          {session.current ? t('settings.thisSession') : t('settings.lastUsed', { when: used })}
        </p>
      </div>
      {!session.current && (
        <Button look="quiet" size="sm" busy={end.isPending} onClick={() => end.mutate()}>
          {t('settings.endSession')}
        </Button>
      )}
    </li>
  );
}
