import type { LastMessage, MemberRole, Message, Room, OwnRoomItem } from '@brook/common/contracts';

/** One's own rooms as shown: latest activity first. All functions here return a new list and leave the old one alone. */
export type RoomList = readonly RoomItem[];
export type RoomItem = Required<OwnRoomItem>;

const activityOf = (item: RoomItem): string => item.lastMessage?.createdAt ?? item.room.createdAt;

/** Latest activity first, as the server sorts it. RFC 3339 in UTC sorts as text. */
export const sorted = (list: RoomList): RoomList => list.toSorted((a, b) => activityOf(b).localeCompare(activityOf(a)));

const changed = (list: RoomList, roomId: string, change: (item: RoomItem) => RoomItem): RoomList =>
  list.map((item) => (item.room.id === roomId ? change(item) : item));

/** What the server tells of a room that one does not watch. */
export interface Activity {
  roomId: string;
  lastSeq: number;
  lastMessage: LastMessage | null;
}

/** Somebody has written; one's own writing has been read by oneself. */
export function withActivity(list: RoomList, activity: Activity, me: string): RoomList {
  const next = changed(list, activity.roomId, (item) => {
    const lastSeq = Math.max(item.room.lastSeq, activity.lastSeq);
    const own = activity.lastMessage?.sender.id === me;
    const lastReadSeq = own ? Math.max(item.lastReadSeq, activity.lastMessage?.seq ?? 0) : item.lastReadSeq;
    const newer = (activity.lastMessage?.seq ?? 0) >= (item.lastMessage?.seq ?? 0);
    return {
      ...item,
      room: { ...item.room, lastSeq },
      lastReadSeq,
      unread: Math.max(0, lastSeq - lastReadSeq),
      lastMessage: newer ? activity.lastMessage : item.lastMessage,
    };
  });
  return sorted(next);
}

/** A list that was on its way while news came: the news is not taken back. */
export const withActivities = (list: RoomList, news: readonly Activity[], me: string): RoomList => {
  const seqs = new Map(list.map(({ room }) => [room.id, room.lastSeq]));
  const newer = news.filter(({ roomId, lastSeq }) => lastSeq > (seqs.get(roomId) ?? Number.POSITIVE_INFINITY));
  return newer.reduce((present, activity) => withActivity(present, activity, me), list);
};

/** The same news, as a message of the open room tells it. */
export const activityFrom = (message: Message): Activity => ({
  roomId: message.roomId,
  lastSeq: message.seq,
  lastMessage: {
    id: message.id,
    seq: message.seq,
    sender: message.sender,
    text: message.text,
    createdAt: message.createdAt,
    deletedAt: message.deletedAt,
  },
});

/** One has read up to `seq`; never back. */
export const withRead = (list: RoomList, roomId: string, seq: number): RoomList =>
  changed(list, roomId, (item) => {
    const lastReadSeq = Math.max(item.lastReadSeq, seq);
    const unread = Math.max(0, item.room.lastSeq - lastReadSeq);
    return { ...item, lastReadSeq, unread, unreadMentions: unread === 0 ? 0 : item.unreadMentions };
  });

/** A list as the server answers it; where it could not count mentions, those stand that were known before. */
export function withKnownMentions(items: readonly OwnRoomItem[], known: RoomList): RoomList {
  const before = new Map(known.map(({ room, unreadMentions }) => [room.id, unreadMentions]));
  return items.map((item) => ({ ...item, unreadMentions: item.unreadMentions ?? before.get(item.room.id) ?? 0 }));
}

/** So many unread messages of the room mention one. */
export const withMentions = (list: RoomList, roomId: string, unreadMentions: number): RoomList =>
  changed(list, roomId, (item) => ({ ...item, unreadMentions }));

/** The room has another name, topic or number of members. Its lastSeq may be older than what is known already. */
export const withRoom = (list: RoomList, room: Room): RoomList =>
  changed(list, room.id, (item) => ({ ...item, room: { ...room, lastSeq: Math.max(room.lastSeq, item.room.lastSeq) } }));

/** One has become a member; whatever was said before counts as read. */
export function withMembership(list: RoomList, room: Room, role: MemberRole): RoomList {
  if (list.some((item) => item.room.id === room.id)) return changed(list, room.id, (item) => ({ ...item, role }));
  return sorted([{ room, role, lastReadSeq: room.lastSeq, unread: 0, unreadMentions: 0, lastMessage: null }, ...list]);
}

/** One is no member any more, or the room is gone. */
export const withoutRoom = (list: RoomList, roomId: string): RoomList => list.filter((item) => item.room.id !== roomId);

/** Unread mentions of all rooms together. */
export const mentionsTotal = (list: RoomList): number => list.reduce((sum, item) => sum + item.unreadMentions, 0);
