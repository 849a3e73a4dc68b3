import { readRecent } from '@brook/common/cache';
import { type History, type HistoryQuery, LIMITS, partitionOf } from '@brook/common/contracts';
import type { GatewayContext } from '../context.js';
import { assertConnected } from './assert-connected.js';
import { readMarkers } from './mentions.js';

type Deps = Pick<GatewayContext, 'redis' | 'generation' | 'partitions' | 'messages' | 'logger'>;

/**
 * A page of a room's history as JSON of `History`: the latest from the recent cache where it is whole, everything else, and
 * every miss, from the messages service (which warms the cache).
 * @throws AppError `unavailable`, `timeout`
 */
export async function readHistory(deps: Deps, roomId: string, query: HistoryQuery, trace: string): Promise<string> {
  const { before, after, around, at, limit } = query;
  const latest = [before, after, around, at].every((one) => one === undefined) && limit <= LIMITS.snapshotMessages;
  if (!latest) return ask(deps, `/rooms/${roomId}/messages`, { before, after, around, at, limit }, trace);
  const cached = await recent(deps, roomId, limit);
  if (cached !== undefined) return cached;
  if (limit === LIMITS.snapshotMessages) return ask(deps, `/rooms/${roomId}/snapshot`, {}, trace);
  return ask(deps, `/rooms/${roomId}/messages`, { limit }, trace);
}

/**
 * The page around a person's first unread message, with its seq as `anchor`; the latest page with null where all is read, or
 * where the person is no member and has no marker.
 * @throws AppError `unavailable`, `timeout`
 */
export async function readFirstUnread(
  deps: Deps & Pick<GatewayContext, 'rooms' | 'heads'>,
  { userId, roomId, limit }: { userId: string; roomId: string; limit: number },
  trace: string,
): Promise<string> {
  const [[marker], lastSeq] = await Promise.all([
    readMarkers(deps, [{ userId, roomId }], trace),
    deps.heads.lastSeq(roomId, trace),
  ]);
  const anchor = marker === null || marker === undefined || marker >= lastSeq ? null : marker + 1;
  const query = anchor === null ? { limit } : { around: anchor, limit };
  const history = JSON.parse(await readHistory(deps, roomId, query, trace)) as History;
  return JSON.stringify({ ...history, anchor });
}

async function ask(
  { messages }: Deps,
  path: string,
  query: Record<string, string | number | undefined>,
  trace: string,
): Promise<string> {
  const { items, lastSeq, lastRev, anchor } = await messages.request<History>(path, { query, trace });
  return JSON.stringify({ items, lastSeq, lastRev, anchor });
}

async function recent(
  { redis, generation, partitions, logger }: Deps,
  roomId: string,
  limit: number,
): Promise<string | undefined> {
  try {
    assertConnected(redis);
    const hit = await readRecent(redis, partitionOf(roomId, partitions), roomId, await generation.current());
    if (!hit) return undefined;
    const items = hit.messages.slice(0, limit).reverse();
    return `{"items":[${items.join(',')}],"lastSeq":${hit.lastSeq},"lastRev":${hit.lastRev}}`;
  } catch (err) {
    logger.warn({ err }, 'the recent cache cannot be read: asking the messages service');
    return undefined;
  }
}
