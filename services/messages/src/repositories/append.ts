import type { Mentions } from '@brook/common/contracts';
import type { HeldLease } from '@brook/common/streams';
import type { Pool } from '@brook/common/database';

/** A message to store. */
export interface Send {
  roomId: string;
  senderId: string;
  clientId: string;
  /** Id of the message if it is new. */
  id: string;
  profileJson: string;
  text: string;
  /** seq, or 0 for none. */
  replyTo: number;
  /** Absent: nobody. */
  mentions?: Mentions | undefined;
}

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

/** One row per send, `idx` from 1, then one per change; see the SQL function `append`. */
export interface AppendRow {
  idx: number;
  status: string;
  seq: number | null;
  rev: number | null;
  at_ms: number | null;
  /** The message as it stands, for all but created. */
  stored: string | null;
  /** JSON of the mentions that a changed message had until then. */
  before: string | null;
}

/** Calls the SQL function `append`; each connection prepares it once. */
const APPEND = {
  name: 'append',
  text: 'SELECT * FROM append($1::int, $2, $3::bigint, $4::uuid[], $5::uuid[], $6::uuid[], $7::uuid[], $8::text[], $9::text[], $10::bigint[], $11::text[], $12::jsonb)',
};

/**
 * Commits a batch under the lease in one statement. Each (room, sender, client id) must stand once among the sends.
 * Past Prisma's client, whose call costs 114 us more, on each batch (docs/decisions/0028).
 * @throws the database's error; SQLSTATE BR001 when the lease is lost
 */
export async function append(pool: Pool, lease: HeldLease, sends: Send[], changes: StoredChange[]): Promise<AppendRow[]> {
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
