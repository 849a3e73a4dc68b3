import type { OwnRoomItem, Room } from '@brook/common/contracts';
import { ArrowLeft, CalendarDays, EllipsisVertical, Lock, LogOut, Search, Settings2, Users } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { useUser } from '../app/brook-context';
import { Avatar } from '../ui/avatar';
import { IconButton } from '../ui/button';
import { Menu, MenuItem } from '../ui/menu';
import type { PanelName } from './side-panel';

interface RoomHeaderProps {
  room: Room;
  item: OwnRoomItem | undefined;
  panel: PanelName | null;
  onPanel: (name: PanelName) => void;
  onDate: () => void;
  onSettings: () => void;
  onLeave: () => void;
}

/** The room's name and topic, its panels, and what one can do with it. */
export function RoomHeader({ room, item, panel, onPanel, onDate, onSettings, onLeave }: RoomHeaderProps) {
  const { t } = useTranslation();
  const user = useUser();
  const manages = user?.role === 'admin' || item?.role === 'owner' || item?.role === 'moderator';
  return (
    <header className="flex h-15 shrink-0 items-center gap-1 border-b border-line pr-2 pl-2 sm:pr-4 md:pl-6">
      <Link
        to="/rooms"
        aria-label={t('room.back')}
        className="grid size-9 shrink-0 place-items-center rounded-lg text-ink-soft hover:bg-hover md:hidden"
      >
        <ArrowLeft className="size-[18px]" />
      </Link>
      <Avatar id={room.id} name={room.name} size="sm" />
      <div className="ml-1.5 min-w-0 grow">
        <h1 className="flex items-center gap-1.5 leading-tight font-semibold">
          <span className="truncate">{room.name}</span>
          {room.visibility === 'private' && <Lock className="size-3.5 shrink-0 text-ink-faint" aria-label={t('rooms.private')} />}
        </h1>
        <p className="truncate text-[13px] leading-tight text-ink-faint">
          {room.topic || t('rooms.members', { count: room.memberCount })}
        </p>
      </div>
      <PanelButton label={t('room.search')} shown={panel === 'search'} onClick={() => onPanel('search')}>
        <Search aria-hidden="true" />
      </PanelButton>
      <PanelButton
        label={t(panel === 'members' ? 'room.hideMembers' : 'room.showMembers')}
        shown={panel === 'members'}
        onClick={() => onPanel('members')}
      >
        <Users aria-hidden="true" />
        <span className="max-sm:hidden">{room.memberCount}</span>
      </PanelButton>
      <Menu
        trigger={(props) => (
          <IconButton {...props} label={t('room.menu')}>
            <EllipsisVertical />
          </IconButton>
        )}
      >
        <MenuItem icon={<CalendarDays />} onClick={onDate}>
          {t('room.jumpDate')}
        </MenuItem>
        {manages && (
          <MenuItem icon={<Settings2 />} onClick={onSettings}>
            {t('room.settings')}
          </MenuItem>
        )}
        {item && (
          <MenuItem icon={<LogOut />} danger onClick={onLeave}>
            {t('room.leave')}
          </MenuItem>
        )}
      </Menu>
    </header>
  );
}

function PanelButton({
  label,
  shown,
  onClick,
  children,
}: {
  label: string;
  shown: boolean;
  onClick: () => void;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      onClick={onClick}
      aria-pressed={shown}
      title={label}
      className={`flex h-9 shrink-0 items-center gap-1.5 rounded-lg px-2.5 text-[13px] font-medium tabular-nums transition-colors [&_svg]:size-[18px] ${
        shown ? 'bg-accent-soft text-accent-ink' : 'text-ink-soft hover:bg-hover hover:text-ink'
      }`}
    >
      <span className="sr-only">{label}</span>
      {children}
    </button>
  );
}
