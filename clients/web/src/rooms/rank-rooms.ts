import type { RoomItem, RoomList } from './room-list';

/** Rooms whose name holds what is typed: mentions before unread before the rest, names that begin so before others. */
export function rankRooms(rooms: RoomList, typed: string): RoomItem[] {
  const rank = (item: RoomItem): number =>
    (item.room.name.toLocaleLowerCase().startsWith(typed) ? 0 : 4) + (item.unreadMentions > 0 ? 0 : item.unread > 0 ? 1 : 2);
  return rooms
    .filter((item) => item.room.name.toLocaleLowerCase().includes(typed))
    .map((item) => ({ item, rank: rank(item) }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
