import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useNavigate, useParams } from 'react-router';
import type { RoomList } from './room-list';

const isField = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName));

/** The room `step` places from the present one in the list; of the unread ones where `unread` is set. */
export function neighbour(list: RoomList, present: string | undefined, step: 1 | -1, unread: boolean): string | undefined {
  const rooms = list.filter((item) => item.room.id === present || !unread || item.unread > 0);
  if (rooms.length === 0) return undefined;
  const at = rooms.findIndex((item) => item.room.id === present);
  const next = at === -1 ? (step > 0 ? 0 : rooms.length - 1) : (at + step + rooms.length) % rooms.length;
  return rooms[next]?.room.id;
}

/** The keys that work everywhere: the switcher, the help, and going from room to room. */
export function useShortcuts(open: (overlay: 'switcher' | 'shortcuts') => void): void {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const { roomId } = useParams();
  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (event.isComposing || event.defaultPrevented) return;
      const command = event.ctrlKey || event.metaKey;
      if (command && !event.shiftKey && !event.altKey && event.key.toLowerCase() === 'k') {
        event.preventDefault();
        open('switcher');
      } else if (!command && !event.altKey && event.key === '?' && !isField(event.target)) {
        event.preventDefault();
        open('shortcuts');
      } else if (event.altKey && !command && (event.key === 'ArrowUp' || event.key === 'ArrowDown')) {
        const list = queries.getQueryData<RoomList>(['mine']) ?? [];
        const next = neighbour(list, roomId, event.key === 'ArrowDown' ? 1 : -1, event.shiftKey);
        event.preventDefault();
        if (next !== undefined && next !== roomId) void navigate(`/rooms/${next}`);
      }
    };
    document.addEventListener('keydown', pressed);
    return () => document.removeEventListener('keydown', pressed);
  }, [queries, navigate, roomId, open]);
}
