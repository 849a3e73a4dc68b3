import type { MemberItem, Page } from '@brook/common/contracts';
import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import { X } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { useBrook, useUser } from '../app/brook-context';
import { useErrorText } from '../app/errors';
import { Avatar } from '../ui/avatar';
import { Button, IconButton } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { SkeletonRows } from '../ui/skeleton';

interface PanelProps {
  roomId: string;
  count: number;
  /** Ids of those who are online. */
  online: ReadonlySet<string>;
  onClose: () => void;
}

/** Who belongs to the room: beside the conversation, or over it on a phone. */
export function MembersPanel({ roomId, count, online, onClose }: PanelProps) {
  const { t } = useTranslation();
  return (
    <aside
      aria-label={t('room.members')}
      className="absolute inset-0 z-10 flex flex-col bg-surface lg:static lg:w-64 lg:shrink-0 lg:border-l lg:border-line"
    >
      <header className="flex h-15 shrink-0 items-center justify-between border-b border-line pr-2.5 pl-4">
        <h2 className="text-sm font-semibold">
          {t('room.members')} <span className="ml-1 font-normal text-ink-faint tabular-nums">{count}</span>
        </h2>
        <IconButton label={t('room.hideMembers')} onClick={onClose}>
          <X />
        </IconButton>
      </header>
      <div className="scroll-calm min-h-0 grow overflow-y-auto p-2">
        <Members roomId={roomId} online={online} />
      </div>
    </aside>
  );
}

function Members({ roomId, online }: { roomId: string; online: ReadonlySet<string> }) {
  const { t } = useTranslation();
  const brook = useBrook();
  const errorText = useErrorText();
  const members = useInfiniteQuery<Page<MemberItem>, Error, InfiniteData<Page<MemberItem>>, string[], string | undefined>({
    queryKey: ['members', roomId],
    queryFn: ({ pageParam }) => brook.rooms.members(roomId, { cursor: pageParam, limit: 100 }),
    initialPageParam: undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
  });
  if (members.isPending) return <SkeletonRows rows={4} label={t('app.loading')} />;
  if (members.isError) return <EmptyState title={t('common.failed')} hint={errorText(members.error)} />;
  return (
    <>
      <ul>
        {members.data.pages
          .flatMap((page) => page.items)
          .map((member) => (
            <Member key={member.user.id} member={member} online={online.has(member.user.id)} />
          ))}
      </ul>
      {members.hasNextPage && (
        <Button
          look="plain"
          size="sm"
          className="mt-2 w-full"
          busy={members.isFetchingNextPage}
          onClick={() => void members.fetchNextPage()}
        >
          {t('rooms.more')}
        </Button>
      )}
    </>
  );
}

function Member({ member: { user, role }, online }: { member: MemberItem; online: boolean }) {
  const { t } = useTranslation();
  const me = useUser()?.id === user.id;
  return (
    <li className="flex items-center gap-3 rounded-lg px-2 py-1.5">
      <span className="relative">
        <Avatar id={user.id} name={user.displayName} size="sm" />
        {(online || me) && (
          <span
            role="img"
            aria-label={t('room.online')}
            title={t('room.online')}
            className="absolute -right-0.5 -bottom-0.5 size-2.5 rounded-full bg-online ring-2 ring-surface"
          />
        )}
      </span>
      <span className="min-w-0 grow">
        <span className="block truncate text-sm leading-tight">
          {user.displayName}
          {me && <span className="text-ink-faint"> · {t('rooms.you')}</span>}
        </span>
        <span className="block truncate text-xs text-ink-faint">@{user.username}</span>
      </span>
      {role !== 'member' && <span className="text-xs text-ink-faint">{t(`room.roles.${role}`)}</span>}
    </li>
  );
}
