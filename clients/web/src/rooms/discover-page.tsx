import type { Page, Room } from '@brook/common/contracts';
import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import { ArrowLeft, Compass, Plus, Search } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link, useOutletContext } from 'react-router';
import { useBrook, useUser } from '../app/brook-context';
import { useErrorText } from '../app/errors';
import { useTitle } from '../app/use-title';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { SkeletonRows } from '../ui/skeleton';
import { useMyRooms } from './my-rooms';
import type { LayoutContext } from './rooms-layout';

/** Public rooms: all of them, newest first, or those whose name fits. */
export default function DiscoverPage() {
  const { t } = useTranslation();
  const { create } = useOutletContext<LayoutContext>();
  const user = useUser();
  const [query, setQuery] = useState('');
  useTitle(t('rooms.discover'));
  return (
    <div className="scroll-calm min-h-0 grow overflow-y-auto">
      <div className="mx-auto w-full max-w-3xl px-4 pt-3 pb-12 sm:px-8 md:pt-10">
        <header className="flex items-start gap-3">
          <Link
            to="/rooms"
            aria-label={t('room.back')}
            className="-ml-1.5 grid size-9 place-items-center rounded-lg text-ink-soft hover:bg-hover md:hidden"
          >
            <ArrowLeft className="size-[18px]" />
          </Link>
          <div className="min-w-0 grow pt-0.5 md:pt-0">
            <h1 className="text-xl font-semibold tracking-tight md:text-2xl">{t('rooms.discover')}</h1>
            <p className="mt-0.5 text-sm text-ink-faint">{t('rooms.discoverLead')}</p>
          </div>
          {user?.kind === 'member' && (
            <Button size="sm" className="mt-0.5 h-9" onClick={create}>
              <Plus className="size-4" aria-hidden="true" />
              {t('rooms.create')}
            </Button>
          )}
        </header>
        <label className="relative mt-6 block">
          <span className="sr-only">{t('rooms.search')}</span>
          <Search className="pointer-events-none absolute top-3 left-3.5 size-[18px] text-ink-faint" aria-hidden="true" />
          <input
            type="search"
            value={query}
            maxLength={100}
            onChange={(event) => setQuery(event.target.value)}
            placeholder={t('rooms.search')}
            className="h-11 w-full rounded-xl border border-line-strong bg-surface pr-3 pl-11 placeholder:text-ink-faint focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent/35"
          />
        </label>
        {user?.kind === 'guest' && <p className="mt-3 text-[13px] text-ink-faint">{t('rooms.guestCannotCreate')}</p>}
        <PublicRooms query={useDeferredValue(query.trim())} />
      </div>
    </div>
  );
}

function PublicRooms({ query }: { query: string }) {
  const { t } = useTranslation();
  const brook = useBrook();
  const errorText = useErrorText();
  const rooms = useInfiniteQuery<Page<Room>, Error, InfiniteData<Page<Room>>, string[], string | undefined>({
    queryKey: ['public', query],
    queryFn: ({ pageParam }) => brook.rooms.list({ query, cursor: pageParam, limit: 30 }),
    initialPageParam: undefined,
    getNextPageParam: (page) => page.nextCursor ?? undefined,
    placeholderData: (previous) => previous,
  });
  if (rooms.isPending) return <SkeletonRows rows={6} label={t('app.loading')} />;
  if (rooms.isError) {
    return (
      <EmptyState
        title={t('common.failed')}
        hint={errorText(rooms.error)}
        action={<Button onClick={() => void rooms.refetch()}>{t('common.tryAgain')}</Button>}
      />
    );
  }
  const items = rooms.data.pages.flatMap((page) => page.items);
  if (items.length === 0) {
    return query === '' ? (
      <EmptyState icon={<Compass />} title={t('rooms.nobodyYet')} hint={t('rooms.nobodyYetHint')} />
    ) : (
      <EmptyState icon={<Search />} title={t('rooms.nothingFound', { query })} hint={t('rooms.nothingFoundHint')} />
    );
  }
  return (
    <>
      <ul className={`mt-5 flex flex-col gap-1 transition-opacity ${rooms.isPlaceholderData ? 'opacity-60' : ''}`}>
        {items.map((room) => (
          <PublicRoom key={room.id} room={room} />
        ))}
      </ul>
      {rooms.hasNextPage && (
        <div className="mt-5 text-center">
          <Button look="quiet" busy={rooms.isFetchingNextPage} onClick={() => void rooms.fetchNextPage()}>
            {t('rooms.more')}
          </Button>
        </div>
      )}
    </>
  );
}

function PublicRoom({ room }: { room: Room }) {
  const { t } = useTranslation();
  const mine = useMyRooms().data?.some((item) => item.room.id === room.id);
  return (
    <li>
      <Link
        to={`/rooms/${room.id}`}
        className="-mx-2.5 flex items-center gap-3.5 rounded-xl px-2.5 py-2.5 transition-colors hover:bg-hover"
      >
        <Avatar id={room.id} name={room.name} />
        <span className="min-w-0 grow">
          <span className="block truncate font-medium">{room.name}</span>
          <span className="block truncate text-[13px] text-ink-faint">
            {t('rooms.members', { count: room.memberCount })}
            {room.topic && ` · ${room.topic}`}
          </span>
        </span>
        {mine && (
          <span className="shrink-0 rounded-full bg-accent-soft px-2.5 py-0.5 text-xs font-medium text-accent-ink">
            {t('rooms.joined')}
          </span>
        )}
      </Link>
    </li>
  );
}
