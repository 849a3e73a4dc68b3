import { useSyncExternalStore } from 'react';
import type { RoomList } from './room-list';

/** The room whose newest messages one has before one's eyes. */
let attended: string | null = null;
const listeners = new Set<() => void>();

/**
 * Says that the end of this room is before one's eyes, or is not any more. What arrives there is being read: it is not shown as
 * unread for the moment that one's read marker needs, and it is again where one looks away before it has moved.
 */
export function attend(roomId: string, there: boolean): void {
  if (there === (attended === roomId)) return;
  attended = there ? roomId : null;
  for (const listener of listeners) listener();
}

/** Id of that room; null where there is none. */
export function useAttended(): string | null {
  return useSyncExternalStore(
    (changed) => {
      listeners.add(changed);
      return () => listeners.delete(changed);
    },
    () => attended,
  );
}

/** The list as it is shown: nothing is unread where one is reading. The same list, where that changes nothing. */
export function asShown(list: RoomList, roomId: string | null): RoomList {
  const unread = list.some((item) => item.room.id === roomId && item.unread + item.unreadMentions > 0);
  if (!unread) return list;
  return list.map((item) => (item.room.id === roomId ? { ...item, unread: 0, unreadMentions: 0 } : item));
}
