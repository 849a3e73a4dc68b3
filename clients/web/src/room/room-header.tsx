import type { Room } from '@brook/common/contracts';
import { ArrowLeft, EllipsisVertical, Lock, LogOut, Users } from 'lucide-react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { Avatar } from '../ui/avatar';
import { IconButton } from '../ui/button';
import { Menu, MenuItem } from '../ui/menu';

interface RoomHeaderProps {
  room: Room;
  member: boolean;
  membersShown: boolean;
  onMembers: () => void;
  onLeave: () => void;
}

/** The room's name and topic, its members, and what one can do with it. */
export function RoomHeader({ room, member, membersShown, onMembers, onLeave }: RoomHeaderProps) {
  const { t } = useTranslation();
  return (
    <header className="flex h-15 shrink-0 items-center gap-2.5 border-b border-line pr-2.5 pl-2 sm:pr-4 md:pl-6">
      <Link
        to="/rooms"
        aria-label={t('room.back')}
        className="grid size-9 shrink-0 place-items-center rounded-lg text-ink-soft hover:bg-hover md:hidden"
      >
        <ArrowLeft className="size-[18px]" />
      </Link>
      <Avatar id={room.id} name={room.name} size="sm" />
      <div className="min-w-0 grow">
        <h1 className="flex items-center gap-1.5 leading-tight font-semibold">
          <span className="truncate">{room.name}</span>
          {room.visibility === 'private' && <Lock className="size-3.5 shrink-0 text-ink-faint" aria-label={t('rooms.private')} />}
        </h1>
        <p className="truncate text-[13px] leading-tight text-ink-faint">
          {room.topic || t('rooms.members', { count: room.memberCount })}
        </p>
      </div>
      <button
        type="button"
        onClick={onMembers}
        aria-pressed={membersShown}
        aria-label={`${t(membersShown ? 'room.hideMembers' : 'room.showMembers')} (${room.memberCount})`}
        title={t('room.members')}
        className={`flex h-9 shrink-0 items-center gap-1.5 rounded-lg px-2.5 text-[13px] font-medium tabular-nums transition-colors [&_svg]:size-[18px] ${
          membersShown ? 'bg-accent-soft text-accent-ink' : 'text-ink-soft hover:bg-hover hover:text-ink'
        }`}
      >
        <Users aria-hidden="true" />
        {room.memberCount}
      </button>
      {member && (
        <Menu
          side="below"
          trigger={(props) => (
            <IconButton {...props} label={t('room.menu')}>
              <EllipsisVertical />
            </IconButton>
          )}
        >
          <MenuItem icon={<LogOut />} danger onClick={onLeave}>
            {t('room.leave')}
          </MenuItem>
        </Menu>
      )}
    </header>
  );
}
