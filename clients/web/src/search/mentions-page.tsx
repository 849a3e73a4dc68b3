import type { MentionItem, Page as PageOf } from '@brook/common/contracts';
import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import { AtSign } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useBrook } from '../app/brook-context';
import { useErrorText } from '../app/errors';
import { moment } from '../i18n/moments';
import { useTitle } from '../app/use-title';
import { plainText } from '../markdown/plain-text';
import { useMyRooms } from '../rooms/my-rooms';
import { shortTime } from '../rooms/short-time';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { Page } from '../ui/page';
import { SkeletonRows } from '../ui/skeleton';

/** Messages that mention one, the newest first. */
export default function MentionsPage() {
  const { t } = useTranslation();
  useTitle(t('mentions.title'));
  return (
    <Page title={t('mentions.title')} lead={t('mentions.lead')}>
      <Mentions />
    </Page>
  );
}

function Mentions() {
  const { t } = useTranslation();
  const brook = useBrook();
  const errorText = useErrorText();
  const mentions = useInfiniteQuery<PageOf<MentionItem>, Error, InfiniteData<PageOf<MentionItem>>, string[], string | undefined>({
    queryKey: ['mentions'],
    queryFn: ({ pageParam }) => brook.mentions({ cursor: pageParam, limit: 30 }),
    initialPageParam: undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    staleTime: 0,
  });
  if (mentions.isPending) return <SkeletonRows rows={5} label={t('app.loading')} />;
  if (mentions.isError) {
    return (
      <EmptyState
        title={t('common.failed')}
        hint={errorText(mentions.error)}
        action={<Button onClick={() => void mentions.refetch()}>{t('common.tryAgain')}</Button>}
      />
    );
  }
  const items = mentions.data.pages.flatMap((page) => page.items);
  if (items.length === 0) return <EmptyState icon={<AtSign />} title={t('mentions.none')} hint={t('mentions.noneHint')} />;
  return (
    <>
      <ul className="flex flex-col gap-1">
        {items.map((item) => (
          <Mention key={item.message.id} item={item} />
        ))}
      </ul>
      {mentions.hasNextPage && (
        <div className="mt-5 text-center">
          <Button look="quiet" busy={mentions.isFetchingNextPage} onClick={() => void mentions.fetchNextPage()}>
            {t('rooms.more')}
          </Button>
        </div>
      )}
    </>
  );
}

function Mention({ item: { message, unread } }: { item: MentionItem }) {
  const { t, i18n } = useTranslation();
  const room = useMyRooms().data?.find((item) => item.room.id === message.roomId)?.room;
  const at = moment(new Date(message.createdAt), 'medium', i18n.language);
  return (
    <li>
      <Link
        to={`/rooms/${message.roomId}?message=${message.seq}`}
        className="-mx-2.5 flex gap-3 rounded-xl px-2.5 py-2.5 hover:bg-hover"
      >
        <Avatar id={message.sender.id} name={message.sender.displayName} url={message.sender.avatarUrl} />
        <span className="min-w-0 grow">
          <span className="flex items-baseline gap-2">
            <span className="truncate text-sm font-semibold">{message.sender.displayName}</span>
            <span className="truncate text-[13px] text-ink-faint">{room?.name}</span>
            <time dateTime={message.createdAt} title={at} className="ml-auto shrink-0 text-xs text-ink-faint">
              {shortTime(message.createdAt, new Date(), i18n.language)}
            </time>
          </span>
          <span className="line-clamp-2 text-ink-soft">{plainText(message.text)}</span>
        </span>
        {unread && <span role="img" aria-label={t('mentions.unread')} className="mt-2 size-2 shrink-0 rounded-full bg-danger" />}
      </Link>
    </li>
  );
}
