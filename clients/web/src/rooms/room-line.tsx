import { Lock } from 'lucide-react';
import { memo } from 'react';
import { useTranslation } from 'react-i18next';
import { NavLink } from 'react-router';
import { useUser } from '../app/brook-context';
import { plainText } from '../markdown/plain-text';
import { draftOf } from '../room/drafts';
import { Avatar } from '../ui/avatar';
import type { RoomItem } from './room-list';
import { shortTime } from './short-time';

/** A room in one's list: its name, what was said last and when, and how much of it is unread. */
export const RoomLine = memo(function RoomLine({ item }: { item: RoomItem }) {
  const { t, i18n } = useTranslation();
  const { room, unread, unreadMentions, lastMessage } = item;
  return (
    <li>
      <NavLink
        to={`/rooms/${room.id}`}
        className={({ isActive }) =>
          `flex items-center gap-3 rounded-[10px] px-2.5 py-2 transition-colors ${isActive ? 'bg-accent-soft' : 'hover:bg-hover'}`
        }
      >
        {({ isActive }) => (
          <>
            <Avatar id={room.id} name={room.name} />
            <span className="min-w-0 grow">
              <span className="flex items-baseline gap-2">
                <span
                  className={`flex min-w-0 grow items-center gap-1.5 text-sm ${unread > 0 ? 'font-semibold' : 'font-medium'}`}
                >
                  <span className="truncate">{room.name}</span>
                  {room.visibility === 'private' && (
                    <Lock className="size-3 shrink-0 text-ink-faint" aria-label={t('rooms.private')} />
                  )}
                </span>
                {lastMessage && (
                  <time
                    dateTime={lastMessage.createdAt}
                    className={`shrink-0 text-2xs tabular-nums ${isActive ? 'text-ink-soft' : 'text-ink-faint'}`}
                  >
                    {shortTime(lastMessage.createdAt, new Date(), i18n.language)}
                  </time>
                )}
              </span>
              <span className="flex items-center gap-1.5">
                <Preview item={item} active={isActive} />
                {unreadMentions > 0 && (
                  <Badge look="bg-danger text-surface" label={t('rooms.mentions', { count: unreadMentions })}>
                    @
                  </Badge>
                )}
                {unread > 0 && (
                  <Badge look="bg-accent text-on-accent" label={t('rooms.unread', { count: unread })}>
                    {unread > 99 ? '99+' : unread}
                  </Badge>
                )}
              </span>
            </span>
          </>
        )}
      </NavLink>
    </li>
  );
});

function Badge({ look, label, children }: { look: string; label: string; children: string | number }) {
  return (
    <span
      className={`min-w-5 shrink-0 rounded-full px-1.5 text-center text-2xs leading-[1.125rem] font-semibold tabular-nums ${look}`}
    >
      <span aria-hidden="true">{children}</span>
      <span className="sr-only">{label}</span>
    </span>
  );
}

/** What was begun there, else what was said last. */
function Preview({ item: { room, lastMessage, unread }, active }: { item: RoomItem; active: boolean }) {
  const { t } = useTranslation();
  const user = useUser();
  const draft = active || !user ? '' : draftOf(user.id, room.id).trim();
  const look = `grow truncate text-[13px] ${unread > 0 || active ? 'text-ink-soft' : 'text-ink-faint'}`;
  if (draft !== '') {
    return (
      <span className={look}>
        <span className="font-medium text-danger">{t('rooms.draft')}</span> {draft}
      </span>
    );
  }
  if (!lastMessage) return <span className={look}>{t('rooms.noMessages')}</span>;
  const who = lastMessage.sender.id === user?.id ? t('rooms.you') : lastMessage.sender.displayName;
  return (
    <span className={look}>{`${who}: ${lastMessage.deletedAt ? t('rooms.deletedMessage') : plainText(lastMessage.text)}`}</span>
  );
}
