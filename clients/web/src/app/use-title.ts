import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { asShown, useAttended } from '../rooms/attention';
import type { RoomList } from '../rooms/room-list';

/** Unread messages of all rooms, as far as they have been loaded. */
function useUnreadTotal(): number {
  const { data } = useQuery<RoomList>({ queryKey: ['mine'], enabled: false });
  return asShown(data ?? [], useAttended()).reduce((sum, item) => sum + item.unread, 0);
}

/** Names the page in the browser's tab; the number of unread messages is put before the name. */
export function useTitle(title: string | undefined): void {
  const count = useUnreadTotal();
  useEffect(() => {
    const name = title ? `${title} · Brook` : 'Brook';
    document.title = count > 0 ? `(${count}) ${name}` : name;
  }, [title, count]);
}
