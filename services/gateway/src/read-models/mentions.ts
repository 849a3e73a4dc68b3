import type { InternalMentions, MentionItem, Message, OwnRoomItem, Page, RoomListItem } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { GatewayContext } from '../context.js';

type Deps = Pick<GatewayContext, 'messages' | 'rooms'>;

/** Who has read how far: null for who is no member. In the order of the places. @throws AppError `unavailable`, `timeout` */
export async function readMarkers(
  { rooms }: Pick<Deps, 'rooms'>,
  places: { userId: string; roomId: string }[],
  trace?: string,
): Promise<(number | null)[]> {
  if (places.length === 0) return [];
  const body = { places };
  return (await rooms.request<{ markers: (number | null)[] }>('/markers', { method: 'POST', body, trace })).markers;
}

/** How many unread messages mention each, in the order of the marks. @throws AppError `unavailable`, `timeout` */
export async function countMentions(
  { messages }: Pick<Deps, 'messages'>,
  marks: { userId: string; roomId: string; lastReadSeq: number }[],
  trace?: string,
): Promise<number[]> {
  if (marks.length === 0) return [];
  const body = { marks };
  return (await messages.request<{ unread: number[] }>('/mentions/unread', { method: 'POST', body, trace })).unread;
}

/**
 * A page of one's room list with the mentions that are unread by the same markers. Without an answer of the messages service
 * the list comes without them: rooms are to be found also then, and a made-up number would be a wrong one.
 */
export async function withMentions(
  deps: Deps & Pick<GatewayContext, 'logger'>,
  userId: string,
  { items, nextCursor }: Page<RoomListItem>,
  trace?: string,
): Promise<Page<OwnRoomItem>> {
  const marks = items.map(({ room, lastReadSeq }) => ({ userId, roomId: room.id, lastReadSeq }));
  try {
    const unread = await countMentions(deps, marks, trace);
    return { items: items.map((item, at) => ({ ...item, unreadMentions: unread[at] ?? 0 })), nextCursor };
  } catch (err) {
    if (!(err instanceof AppError) || !['unavailable', 'timeout'].includes(err.code)) throw err;
    deps.logger.warn({ err, trace }, 'a list of rooms goes without its mentions');
    return { items, nextCursor };
  }
}

/**
 * Messages that mention a person, in rooms that they are a member of now: asked anew each time, so that who has left or was
 * removed sees nothing more.
 * @throws AppError `validation_failed` for a bad cursor, `unavailable`, `timeout`
 */
export async function listMentions(
  deps: Deps,
  { userId, roomId, ...page }: { userId: string; roomId?: string | undefined; cursor?: string | undefined; limit: number },
  trace?: string,
): Promise<Page<MentionItem>> {
  const memberOf = await readMemberships(deps, userId, trace);
  const roomIds = roomId === undefined ? memberOf : memberOf.filter((id) => id === roomId);
  const body: InternalMentions = { userId, roomIds, ...page };
  const { items, nextCursor } = await deps.messages.request<Page<Message>>('/mentions', { method: 'POST', body, trace });
  const places = [...new Set(items.map((message) => message.roomId))];
  const markers = await readMarkers(
    deps,
    places.map((place) => ({ userId, roomId: place })),
    trace,
  );
  const marks = new Map(places.map((place, at) => [place, markers[at] ?? null]));
  const listed = items.flatMap((message): MentionItem[] => {
    const lastReadSeq = marks.get(message.roomId) ?? null;
    return lastReadSeq === null ? [] : [{ message, unread: message.seq > lastReadSeq }];
  });
  return { items: listed, nextCursor };
}

/** Rooms of a person beyond which lists over all of them leave the rest out. */
const ROOMS_MAX = 5_000;

/** The ids of the rooms that a person is a member of, as the rooms service has them now. @throws AppError `unavailable`, `timeout` */
export async function readMemberships({ rooms }: Pick<Deps, 'rooms'>, userId: string, trace?: string): Promise<string[]> {
  const body = { userIds: [userId] };
  const answer = await rooms.request<{ rooms: Record<string, string[]> }>('/users/room-ids', { method: 'POST', body, trace });
  return (answer.rooms[userId] ?? []).slice(0, ROOMS_MAX);
}
