import type { InternalSearch, Page, SearchHit, SearchQuery } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { GatewayContext } from '../context.js';
import { readMemberships } from './mentions.js';

type Deps = Pick<GatewayContext, 'messages' | 'rooms' | 'access' | 'profiles'>;

/**
 * A page of messages found, in one room or in all that the person may read: the public ones and those they are a member of,
 * both asked of the rooms service now. Every room of the answer is checked once more, by the right to read it, before
 * anything of it is shown.
 * @throws AppError `not_found` or `forbidden` for a room that may not be read, `forbidden` for guests without a room,
 * `validation_failed` for a bad cursor, `unavailable`, `timeout`
 */
export async function searchMessages(
  deps: Deps,
  userId: string,
  { roomId, ...query }: SearchQuery,
  trace: string,
): Promise<Page<SearchHit>> {
  const { role, kind } = await deps.profiles.user(userId);
  const options = { admin: role === 'admin', from: 'readModel', trace } as const;
  if (roomId === undefined && kind === 'guest') throw new AppError('forbidden', 'guests search inside a room');
  if (roomId !== undefined) await deps.access.check(userId, roomId, 'room.read', options);
  const memberOf = roomId === undefined ? await readMemberships(deps, userId, trace) : [];
  const body: InternalSearch = { ...query, scope: roomId === undefined ? { userId, memberOf } : { roomId } };
  const page = await deps.messages.request<Page<SearchHit>>('/search', { method: 'POST', body, trace });
  if (roomId !== undefined) return page;
  const readable = await readableOf(deps, userId, new Set(page.items.map(({ message }) => message.roomId)), options);
  return { ...page, items: page.items.filter(({ message }) => readable.has(message.roomId)) };
}

async function readableOf(
  { access }: Deps,
  userId: string,
  roomIds: ReadonlySet<string>,
  options: Parameters<Deps['access']['check']>[3],
): Promise<Set<string>> {
  const readable = new Set<string>();
  const looks = [...roomIds].map(async (roomId) => {
    try {
      await access.check(userId, roomId, 'room.read', options);
      readable.add(roomId);
    } catch (err) {
      if (!(err instanceof AppError) || err.status >= 500) throw err;
    }
  });
  await Promise.all(looks);
  return readable;
}
