import type { MessageHead } from '@brook/common/contracts';
import type { Range } from '../domain/range.js';
import type { Prisma } from './prisma.js';

/** Messages as JSON, with the room's newest numbers, all of one database snapshot. */
export interface StoredPage extends MessageHead {
  messages: string[];
  /** Of a range by time: the first seq from it on; null where there is none, and the page is the latest. */
  anchor?: number | null;
}

interface PageRow {
  last_seq: number;
  last_rev: number;
  messages: string[];
}

/** One statement is one snapshot: the numbers and the messages belong together. `$1` is the room. */
const page = (selection: string) => `
  SELECT coalesce(c.last_seq, 0)::float8 AS last_seq, coalesce(c.last_rev, 0)::float8 AS last_rev,
         ARRAY(SELECT message_json(m)::text FROM (${selection}) m) AS messages
  FROM (SELECT $1::uuid AS room_id) r LEFT JOIN counters c USING (room_id)`;

const all = 'SELECT * FROM messages WHERE room_id = $1::uuid';
const SELECTIONS = {
  latest: page(`SELECT * FROM (${all} AND $2::bigint = 0 ORDER BY seq DESC LIMIT $3::int) n ORDER BY seq`),
  before: page(`SELECT * FROM (${all} AND seq < $2::bigint ORDER BY seq DESC LIMIT $3::int) n ORDER BY seq`),
  after: page(`${all} AND seq > $2::bigint ORDER BY seq LIMIT $3::int`),
  around: page(`${all} AND seq >= $2::bigint AND seq < $2::bigint + $3::int ORDER BY seq`),
  changes: page(`${all} AND rev > $2::bigint ORDER BY rev LIMIT $3::int`),
  newestChanges: page(`SELECT * FROM (${all} AND rev > $2::bigint ORDER BY rev DESC LIMIT $3::int) n ORDER BY rev`),
};

/** Reads history: ascending seq. A room without messages, or unknown, is empty. */
export function readRange(prisma: Prisma, roomId: string, range: Range): Promise<StoredPage> {
  switch (range.kind) {
    case 'latest':
      return read(prisma, SELECTIONS.latest, roomId, 0, range.limit);
    case 'before':
    case 'after':
      return read(prisma, SELECTIONS[range.kind], roomId, range.seq, range.limit);
    case 'around':
      return readAround(prisma, roomId, range.seq, range.limit);
    case 'at':
      return readAt(prisma, roomId, range.time, range.limit);
  }
}

/** Seqs are dense, so half on each side is a range. */
const readAround = (prisma: Prisma, roomId: string, seq: number, limit: number): Promise<StoredPage> =>
  read(prisma, SELECTIONS.around, roomId, Math.max(1, seq - Math.floor(limit / 2)), limit);

async function readAt(prisma: Prisma, roomId: string, time: string, limit: number): Promise<StoredPage> {
  const rows = await prisma.$queryRawUnsafe<{ seq: number }[]>(
    'SELECT seq_at($1::uuid, $2::timestamptz)::float8 AS seq',
    roomId,
    time,
  );
  const seq = rows[0]?.seq ?? 1;
  const page = await readAround(prisma, roomId, seq, limit);
  if (seq <= page.lastSeq) return { ...page, anchor: seq };
  return { ...(await read(prisma, SELECTIONS.latest, roomId, 0, limit)), anchor: null };
}

/** Messages changed after `since`, once each, in their latest state, by ascending rev; at most `limit`. */
export const readChanges = (prisma: Prisma, roomId: string, since: number, limit: number): Promise<StoredPage> =>
  read(prisma, SELECTIONS.changes, roomId, since, limit);

/** The same, but of more than `limit` the newest. */
export const readNewestChanges = (prisma: Prisma, roomId: string, since: number, limit: number): Promise<StoredPage> =>
  read(prisma, SELECTIONS.newestChanges, roomId, since, limit);

async function read(prisma: Prisma, sql: string, roomId: string, at: number, limit: number): Promise<StoredPage> {
  const rows = await prisma.$queryRawUnsafe<PageRow[]>(sql, roomId, at, limit);
  const row = rows[0];
  return { messages: row?.messages ?? [], lastSeq: row?.last_seq ?? 0, lastRev: row?.last_rev ?? 0 };
}

/** What the recent cache stores: the newest messages with their revs, and the newest rev of any older message. */
export async function readRecentSnapshot(
  prisma: Prisma,
  roomId: string,
  size: number,
): Promise<MessageHead & { floorRev: number; messages: { rev: number; json: string }[] }> {
  const rows = await prisma.$queryRawUnsafe<
    { last_seq: number; last_rev: number; floor_rev: number; messages: { rev: number; json: string }[] }[]
  >(
    `SELECT coalesce(c.last_seq, 0)::float8 AS last_seq, coalesce(c.last_rev, 0)::float8 AS last_rev,
       coalesce((SELECT max(o.rev) FROM (SELECT m.rev, m.seq FROM messages m WHERE m.room_id = r.room_id ORDER BY m.rev DESC LIMIT $2::int + 1) o
                 WHERE o.seq <= c.last_seq - $2::int), 0)::float8 AS floor_rev,
       coalesce((SELECT json_agg(json_build_object('rev', n.rev, 'json', message_json(n)::text) ORDER BY n.seq DESC)
                 FROM (SELECT * FROM messages m WHERE m.room_id = r.room_id ORDER BY m.seq DESC LIMIT $2::int) n), '[]'::json) AS messages
     FROM (SELECT $1::uuid AS room_id) r LEFT JOIN counters c USING (room_id)`,
    roomId,
    size,
  );
  const row = rows[0];
  return {
    lastSeq: row?.last_seq ?? 0,
    lastRev: row?.last_rev ?? 0,
    floorRev: row?.floor_rev ?? 0,
    messages: row?.messages ?? [],
  };
}

/** Newest numbers of rooms; a room without messages is at 0. */
export async function readHeads(prisma: Prisma, roomIds: string[]): Promise<Record<string, MessageHead>> {
  const rows = await prisma.$queryRawUnsafe<{ room_id: string; last_seq: number; last_rev: number }[]>(
    'SELECT room_id::text, last_seq::float8, last_rev::float8 FROM counters WHERE room_id = ANY($1::uuid[])',
    roomIds,
  );
  const heads = Object.fromEntries(roomIds.map((id) => [id, { lastSeq: 0, lastRev: 0 }]));
  for (const row of rows) heads[row.room_id] = { lastSeq: row.last_seq, lastRev: row.last_rev };
  return heads;
}
