import { AtSign, Command, Compass, ListFilter, Plus, Search } from 'lucide-react';
import { type ReactNode, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { useErrorText } from '../app/errors';
import { Button, IconButton } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { Logo } from '../ui/logo';
import { SkeletonRows } from '../ui/skeleton';
import { AccountMenu } from './account-menu';
import { useMyRooms } from './my-rooms';
import { RoomLine } from './room-line';
import { mentionsTotal } from './room-list';

interface SidebarProps {
  onCreate: () => void;
  onSwitch: () => void;
  onShortcuts: () => void;
}

/** One's own rooms, the way to others, and oneself. */
export function Sidebar({ onCreate, onSwitch, onShortcuts }: SidebarProps) {
  const { t } = useTranslation();
  const mentions = mentionsTotal(useMyRooms().data ?? []);
  return (
    <>
      <header className="flex h-15 shrink-0 items-center gap-1 pr-3 pl-4">
        <Logo className="size-7" />
        <span className="ml-1.5 grow text-[17px] font-semibold tracking-tight">Brook</span>
        <IconButton label={`${t('switcher.title')} (Ctrl+K)`} onClick={onSwitch}>
          <Command />
        </IconButton>
        <IconButton label={t('rooms.create')} onClick={onCreate}>
          <Plus />
        </IconButton>
      </header>
      <nav aria-label={t('rooms.mine')} className="scroll-calm flex min-h-0 grow flex-col overflow-y-auto px-2 pb-3">
        <Place to="/rooms/discover" icon={<Compass />} label={t('rooms.discover')} />
        <Place to="/search" icon={<Search />} label={t('search.title')} />
        <Place to="/mentions" icon={<AtSign />} label={t('mentions.title')} count={mentions} />
        <MyRooms />
      </nav>
      <footer className="shrink-0 border-t border-line p-2">
        <AccountMenu onShortcuts={onShortcuts} />
      </footer>
    </>
  );
}

function Place({ to, icon, label, count = 0 }: { to: string; icon: ReactNode; label: string; count?: number }) {
  const { t } = useTranslation();
  return (
    <NavLink
      to={to}
      className={({ isActive }) =>
        `flex h-9 shrink-0 items-center gap-3 rounded-[10px] px-2.5 text-sm font-medium transition-colors ${
          isActive ? 'bg-accent-soft text-accent-ink' : 'text-ink-soft hover:bg-hover hover:text-ink'
        }`
      }
    >
      <span className="grid w-9 place-items-center [&_svg]:size-[18px]" aria-hidden="true">
        {icon}
      </span>
      <span className="grow">{label}</span>
      {count > 0 && (
        <span className="min-w-5 rounded-full bg-danger px-1.5 text-center text-2xs leading-[1.125rem] font-semibold text-surface tabular-nums">
          <span aria-hidden="true">{count > 99 ? '99+' : count}</span>
          <span className="sr-only">{t('rooms.mentions', { count })}</span>
        </span>
      )}
    </NavLink>
  );
}

/** From so many rooms on there is a field to narrow them. */
const MANY = 6;

function MyRooms() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const rooms = useMyRooms();
  const [query, setQuery] = useState('');
  if (rooms.isPending) return <SkeletonRows rows={5} label={t('app.loading')} />;
  if (rooms.isError && !rooms.data) {
    return (
      <EmptyState
        title={t('common.failed')}
        hint={errorText(rooms.error)}
        action={
          <Button look="quiet" size="sm" onClick={() => void rooms.refetch()}>
            {t('common.tryAgain')}
          </Button>
        }
      />
    );
  }
  const wanted = query.trim().toLocaleLowerCase();
  const shown = rooms.data.filter(({ room }) => room.name.toLocaleLowerCase().includes(wanted));
  return (
    <>
      <h2 className="px-2.5 pt-4 pb-1.5 text-xs font-medium text-ink-faint">{t('rooms.mine')}</h2>
      {rooms.data.length >= MANY && (
        <label className="relative mx-0.5 mb-1.5 block">
          <span className="sr-only">{t('rooms.filter')}</span>
          <ListFilter className="pointer-events-none absolute top-2 left-2.5 size-4 text-ink-faint" aria-hidden="true" />
          <input
            type="search"
            value={query}
            onChange={(event) => setQuery(event.target.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') setQuery('');
            }}
            placeholder={t('rooms.filter')}
            className="h-8 w-full rounded-lg border border-line bg-surface pr-2 pl-8 text-[13px] placeholder:text-ink-faint focus:border-accent focus:outline-2 focus:outline-offset-0 focus:outline-accent/35"
          />
        </label>
      )}
      {rooms.data.length === 0 && <EmptyState title={t('rooms.empty')} hint={t('rooms.emptyHint')} />}
      {rooms.data.length > 0 && shown.length === 0 && (
        <p className="px-3 py-4 text-[13px] text-ink-faint">{t('rooms.nothingFound', { query: query.trim() })}</p>
      )}
      <ul className="flex flex-col gap-px">
        {shown.map((item) => (
          <RoomLine key={item.room.id} item={item} />
        ))}
      </ul>
    </>
  );
}
