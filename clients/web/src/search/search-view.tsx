import type { Message, SearchHit } from '@brook/common/contracts';
import type { SearchResults } from '@brook/sdk';
import { type InfiniteData, useInfiniteQuery } from '@tanstack/react-query';
import { Search, SlidersHorizontal } from 'lucide-react';
import { useDeferredValue, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useBrook } from '../app/brook-context';
import { useErrorText } from '../app/errors';
import { moment } from '../i18n/moments';
import { useMyRooms } from '../rooms/my-rooms';
import { Avatar } from '../ui/avatar';
import { Button } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { SkeletonRows } from '../ui/skeleton';
import { Highlighted } from './highlighted';

interface SearchViewProps {
  /** Only in this room; in all rooms where it is absent. */
  roomId?: string;
  onChoose: (message: Message) => void;
}

interface Filters {
  from: string;
  after: string;
  before: string;
}

const NONE: Filters = { from: '', after: '', before: '' };

/** A field, filters, and what was found, newest first. */
export function SearchView({ roomId, onChoose }: SearchViewProps) {
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const [filters, setFilters] = useState(NONE);
  const [filtering, setFiltering] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => field.current?.focus(), []);
  return (
    <div className="flex min-h-0 grow flex-col">
      <search className="flex flex-col gap-2 p-3">
        <div className="flex gap-2">
          <label className="relative block min-w-0 grow">
            <span className="sr-only">{t('search.label')}</span>
            <Search className="pointer-events-none absolute top-2.5 left-3 size-4 text-ink-faint" aria-hidden="true" />
            <input
              ref={field}
              type="search"
              value={query}
              maxLength={200}
              onChange={(event) => setQuery(event.target.value)}
              placeholder={t('search.label')}
              className="h-9 w-full rounded-lg border border-line-strong bg-surface pr-2 pl-9 text-sm placeholder:text-ink-faint focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent/35"
            />
          </label>
          <button
            type="button"
            aria-expanded={filtering}
            aria-label={t('search.filters')}
            title={t('search.filters')}
            onClick={() => setFiltering(!filtering)}
            className={`grid size-9 shrink-0 place-items-center rounded-lg [&_svg]:size-4 ${filtering ? 'bg-accent-soft text-accent-ink' : 'text-ink-soft hover:bg-hover'}`}
          >
            <SlidersHorizontal />
          </button>
        </div>
        {filtering && <FilterFields filters={filters} onChange={setFilters} />}
      </search>
      <div className="scroll-calm min-h-0 grow overflow-y-auto" tabIndex={0} aria-label={t('search.results')} role="region">
        <Results query={useDeferredValue(query.trim())} filters={filters} roomId={roomId} onChoose={onChoose} />
      </div>
    </div>
  );
}

const INPUT = 'h-8 min-w-0 rounded-md border border-line-strong bg-surface px-2 text-[13px] placeholder:text-ink-faint';

function FilterFields({ filters, onChange }: { filters: Filters; onChange: (filters: Filters) => void }) {
  const { t } = useTranslation();
  const field = (name: keyof Filters, type: string) => (
    <label className="flex items-center justify-between gap-2 text-[13px] text-ink-soft">
      {t(`search.${name}`)}
      <input
        type={type}
        value={filters[name]}
        placeholder={type === 'text' ? t('fields.username') : undefined}
        onChange={(event) => onChange({ ...filters, [name]: event.target.value })}
        className={`${INPUT} w-40`}
      />
    </label>
  );
  return (
    <div className="rise flex flex-col gap-1.5">
      {field('from', 'text')}
      {field('after', 'date')}
      {field('before', 'date')}
    </div>
  );
}

/** The beginning of the day, and for the last day its end, in the reader's time zone. */
const dayBounds = ({ after, before }: Filters) => ({
  after: after === '' ? undefined : new Date(`${after}T00:00`),
  before: before === '' ? undefined : new Date(new Date(`${before}T00:00`).getTime() + 86_400_000),
});

function useSearch(query: string, filters: Filters, roomId: string | undefined) {
  const brook = useBrook();
  const name = useDeferredValue(filters.from.trim().replace(/^@/, ''));
  return useInfiniteQuery<SearchResults, Error, InfiniteData<SearchResults>, unknown[], string | undefined>({
    queryKey: ['search', roomId, query, { ...filters, from: name }],
    queryFn: async ({ pageParam }) => {
      const person = name === '' ? undefined : await brook.users.find(name);
      if (person === null) return { results: [], next: null };
      return brook.search({ q: query, roomId, from: person?.id, ...dayBounds(filters), cursor: pageParam, limit: 30 });
    },
    initialPageParam: undefined,
    getNextPageParam: (page) => page.next ?? undefined,
    enabled: query !== '',
    placeholderData: (previous) => previous,
  });
}

interface ResultsProps extends Omit<SearchViewProps, 'roomId'> {
  query: string;
  filters: Filters;
  roomId: string | undefined;
}

function Results({ query, filters, roomId, onChoose }: ResultsProps) {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const found = useSearch(query, filters, roomId);
  if (query === '')
    return <EmptyState icon={<Search />} title={t('search.begin')} hint={t(roomId ? 'search.beginRoom' : 'search.beginAll')} />;
  if (found.isPending) return <SkeletonRows rows={4} label={t('app.loading')} />;
  if (found.isError) {
    return (
      <EmptyState
        title={t('common.failed')}
        hint={errorText(found.error)}
        action={<Button onClick={() => void found.refetch()}>{t('common.tryAgain')}</Button>}
      />
    );
  }
  const hits = found.data.pages.flatMap((page) => page.results);
  if (hits.length === 0)
    return <EmptyState icon={<Search />} title={t('search.nothing', { query })} hint={t('search.nothingHint')} />;
  return (
    <>
      <ul className={`px-2 transition-opacity ${found.isPlaceholderData ? 'opacity-60' : ''}`}>
        {hits.map((hit) => (
          <Hit key={hit.message.id} hit={hit} withRoom={roomId === undefined} onChoose={() => onChoose(hit.message)} />
        ))}
      </ul>
      {found.hasNextPage && (
        <div className="p-3 text-center">
          <Button look="quiet" size="sm" busy={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()}>
            {t('rooms.more')}
          </Button>
        </div>
      )}
    </>
  );
}

function Hit({ hit, withRoom, onChoose }: { hit: SearchHit; withRoom: boolean; onChoose: () => void }) {
  const { i18n } = useTranslation();
  const { message } = hit;
  const room = useMyRooms().data?.find((item) => item.room.id === message.roomId)?.room;
  const at = moment(new Date(message.createdAt), 'medium', i18n.language);
  return (
    <li>
      <button type="button" onClick={onChoose} className="flex w-full gap-3 rounded-lg px-2 py-2 text-left hover:bg-hover">
        <Avatar id={message.sender.id} name={message.sender.displayName} url={message.sender.avatarUrl} size="xs" />
        <span className="min-w-0 grow">
          <span className="flex items-baseline gap-2 text-[13px]">
            <span className="truncate font-semibold">{message.sender.displayName}</span>
            <span className="ml-auto shrink-0 text-2xs text-ink-faint">{at}</span>
          </span>
          {withRoom && room && <span className="block truncate text-xs text-ink-faint">{room.name}</span>}
          <span className="line-clamp-3 text-sm text-ink-soft">
            <Highlighted text={hit.snippet} ranges={hit.ranges} />
          </span>
        </span>
      </button>
    </li>
  );
}
