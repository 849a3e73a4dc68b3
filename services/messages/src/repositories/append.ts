import type { Mentions } from '@brook/common/contracts';
import type { HeldLease } from '@brook/common/streams';
import type { Pool } from '@brook/common/database';
import { appendNew } from './append-new.js';
import { type AppendRow, createdRow, type Send } from './send.js';

export type { AppendRow, Send };

/** A change of a stored message, as the SQL function `change_message` takes it. */
export interface StoredChange {
  type: 'message.edit' | 'message.delete' | 'message.react';
  room: string;
  seq: number;
  actor: string;
  key: string | null;
  text?: string;
  /** Null: nobody; absent: those of before. */
  mentions?: Mentions | null;
  moderator?: boolean;
  emoji?: string;
  on?: boolean;
}

/** Calls the SQL function `append`; each connection prepares it once. */
const APPEND = {
  name: 'append',
  text: 'SELECT * FROM append($1::int, $2, $3::bigint, $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::text[], $10::bigint[], $11::text[], $12::jsonb)',
};

/**
 * What `append` does for one new message that nothing speaks against, for a third of its cost; it numbers and stores nothing
 * where the lease is lost, the room is new or closed, the sender is banned, the message is known or answers none.
 * The lease's row is locked until the commit, so that nobody else writes to the partition's rooms.
 */
const APPEND_ONE = {
  name: 'append_one',
  text: `WITH held AS MATERIALIZED (
      SELECT date_trunc('milliseconds', clock_timestamp()) AS now
      FROM leases WHERE partition = $1::int AND owner = $2 AND epoch = $3::bigint FOR SHARE
    ), counted AS (
      UPDATE counters c SET last_seq = c.last_seq + 1, last_rev = c.last_rev + 1 FROM held
      WHERE c.room_id = $4::uuid AND c.last_seq >= $10::bigint
        AND NOT EXISTS (SELECT 1 FROM closed_rooms x WHERE x.room_id = $4::uuid)
        AND NOT EXISTS (SELECT 1 FROM bans b WHERE b.room_id = $4::uuid AND b.user_id = $5::uuid)
        AND NOT EXISTS (SELECT 1 FROM messages m WHERE m.room_id = $4::uuid AND m.sender_id = $5::uuid AND m.client_id = $6::uuid)
      RETURNING c.last_seq, c.last_rev, held.now
    )
    INSERT INTO messages (room_id, seq, rev, id, client_id, sender_id, sender, text, reply_to, created_at)
    SELECT $4::uuid, last_seq, last_rev, $7::uuid, $6::uuid, $5::uuid, $8::jsonb, $9, nullif($10::bigint, 0), now FROM counted
    RETURNING seq, rev, extract(epoch FROM created_at)::float8 * 1000 AS at_ms`,
};

/**
 * Commits a batch under the lease in one statement. Each (room, sender, client id) must stand once among the sends.
 * A message that comes alone, as most do below some hundred a second, takes the short way first (docs/decisions/0030), and
 * so do several without mentions (0033).
 * @throws the database's error; SQLSTATE BR001 when the lease is lost
 */
export async function append(pool: Pool, lease: HeldLease, sends: Send[], changes: StoredChange[]): Promise<AppendRow[]> {
  const plain = sends.length > 0 && changes.length === 0 && sends.every(({ mentions }) => !mentions);
  const stored = plain ? await appendPlain(pool, lease, sends) : undefined;
  return stored ?? appendAll(pool, lease, sends, changes);
}

/** @returns nothing when nothing was stored */
async function appendPlain(pool: Pool, lease: HeldLease, sends: Send[]): Promise<AppendRow[] | undefined> {
  const [first, second] = sends;
  if (!first || second) return appendNew(pool, lease, sends);
  const row = await appendOne(pool, lease, first);
  return row && [row];
}

async function appendOne(pool: Pool, { partition, owner, epoch }: HeldLease, send: Send): Promise<AppendRow | undefined> {
  const { roomId, senderId, clientId, id, profileJson, text, replyTo } = send;
  const values = [partition, owner, epoch, roomId, senderId, clientId, id, profileJson, text, replyTo];
  const [row] = (await pool.query<{ seq: string; rev: string; at_ms: number }>({ ...APPEND_ONE, values })).rows;
  return row && createdRow(1, Number(row.seq), Number(row.rev), row.at_ms);
}

/** Past Prisma's client, whose call costs 114 us more, on each batch (docs/decisions/0028). */
async function appendAll(pool: Pool, lease: HeldLease, sends: Send[], changes: StoredChange[]): Promise<AppendRow[]> {
  const values = [
    lease.partition,
    lease.owner,
    lease.epoch,
    sends.map(({ roomId }) => roomId),
    sends.map(({ senderId }) => senderId),
    sends.map(({ clientId }) => clientId),
    sends.map(({ id }) => id),
    sends.map(({ profileJson }) => profileJson),
    sends.map(({ text }) => text),
    sends.map(({ replyTo }) => replyTo),
    sends.map(({ mentions }) => (mentions ? JSON.stringify(mentions) : null)),
    JSON.stringify(changes),
  ];
  return (await pool.query<AppendRow>({ ...APPEND, values })).rows;
}
