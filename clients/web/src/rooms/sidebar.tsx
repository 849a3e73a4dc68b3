import { Compass, Plus } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { NavLink, useMatch } from 'react-router';
import { useErrorText } from '../app/errors';
import { Button, IconButton } from '../ui/button';
import { EmptyState } from '../ui/empty-state';
import { Logo } from '../ui/logo';
import { SkeletonRows } from '../ui/skeleton';
import { AccountMenu } from './account-menu';
import { useMyRooms } from './my-rooms';
import { RoomLine } from './room-line';

/** One's own rooms, the way to others, and oneself. */
export function Sidebar({ onCreate }: { onCreate: () => void }) {
  const { t } = useTranslation();
  const atList = useMatch('/rooms') !== null;
  return (
    <>
      <header className="flex h-15 shrink-0 items-center gap-2.5 pr-3 pl-4">
        <Logo className="size-7" />
        <span className="grow text-[17px] font-semibold tracking-tight">Brook</span>
        <IconButton label={t('rooms.create')} onClick={onCreate}>
          <Plus />
        </IconButton>
      </header>
      <nav aria-label={t('rooms.mine')} className="scroll-calm flex min-h-0 grow flex-col overflow-y-auto px-2 pb-3">
        <NavLink
          to="/rooms/discover"
          className={({ isActive }) =>
            `mb-1 flex h-10 items-center gap-3 rounded-[10px] px-2.5 text-sm font-medium transition-colors ${
              isActive
                ? 'bg-accent-soft text-accent-ink'
                : atList
                  ? 'text-ink-soft hover:bg-hover hover:text-ink md:bg-accent-soft md:text-accent-ink'
                  : 'text-ink-soft hover:bg-hover hover:text-ink'
            }`
          }
        >
          <span className="grid w-9 place-items-center">
            <Compass className="size-[18px]" aria-hidden="true" />
          </span>
          {t('rooms.discover')}
        </NavLink>
        <h2 className="px-2.5 pt-3 pb-1.5 text-xs font-medium text-ink-faint">{t('rooms.mine')}</h2>
        <MyRooms />
      </nav>
      <footer className="shrink-0 border-t border-line p-2">
        <AccountMenu />
      </footer>
    </>
  );
}

function MyRooms() {
  const { t } = useTranslation();
  const errorText = useErrorText();
  const rooms = useMyRooms();
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
  if (rooms.data.length === 0) return <EmptyState title={t('rooms.empty')} hint={t('rooms.emptyHint')} />;
  return (
    <ul className="flex flex-col gap-px">
      {rooms.data.map((item) => (
        <RoomLine key={item.room.id} item={item} />
      ))}
    </ul>
  );
}
