import { createWriteStream, existsSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { StartupError } from '@brook/common/embedded';
import type pg from 'pg';
import { readPartitions } from './owner-schemas.js';

/** How many lines of each kind were written. */
export type ExportCounts = Record<Kind, number>;

export interface ExportOptions {
  /** Only this room. */
  roomId?: string | undefined;
  onRows: (done: number, all: number) => void;
}

type Kind = 'user' | 'room' | 'member' | 'message';

/** Rows that one step fetches. */
const STEP = 1_000;

/** What is written of each kind: public things only, with the names of the protocol. $1 is a room, or NULL for all. */
const QUERIES: Record<Kind, string> = {
  user: `SELECT id, username, display_name AS "displayName", avatar_url AS "avatarUrl", kind AS "accountKind", role, created_at AS "createdAt"
         FROM users.accounts WHERE $1::uuid IS NULL OR id IN (
           SELECT user_id FROM rooms.members WHERE room_id = $1 UNION SELECT sender_id FROM messages.messages WHERE room_id = $1)
         ORDER BY id`,
  room: `SELECT id, name, topic, visibility, kind AS "roomKind", owner_id AS "ownerId", created_at AS "createdAt"
         FROM rooms.rooms WHERE $1::uuid IS NULL OR id = $1 ORDER BY id`,
  member: `SELECT room_id AS "roomId", user_id AS "userId", role, joined_at AS "joinedAt"
           FROM rooms.members WHERE $1::uuid IS NULL OR room_id = $1 ORDER BY room_id, user_id`,
  message: `SELECT id, room_id AS "roomId", seq::float8, sender_id AS "senderId", text, reply_to::float8 AS "replyTo",
                   created_at AS "createdAt", edited_at AS "editedAt", deleted_at AS "deletedAt"
            FROM messages.messages WHERE $1::uuid IS NULL OR room_id = $1 ORDER BY room_id, seq`,
};

/**
 * Writes people, rooms, members and messages to a new file, one JSON object a line, as one moment showed them. Neither
 * credentials nor sessions are among them.
 * @throws StartupError when the file is there already, the room is not, or the database is not Brook's
 */
export async function exportAll(sql: pg.Client, file: string, { roomId, onRows }: ExportOptions): Promise<ExportCounts> {
  if (roomId !== undefined && !/^[0-9a-f-]{36}$/i.test(roomId)) throw new StartupError(`"${roomId}" is no id of a room.`);
  if (existsSync(file)) throw new StartupError(`${file} is there already: give the export a new file.`);
  await readPartitions(sql);
  await sql.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    await sql.query('SET LOCAL statement_timeout = 0');
    const counts: ExportCounts = { user: 0, room: 0, member: 0, message: 0 };
    const all = await countRows(sql, roomId);
    if (roomId !== undefined && all.room === 0) throw new StartupError(`There is no room ${roomId}.`);
    const total = Object.values(all).reduce((sum, count) => sum + count, 0);
    let done = 0;
    const onStep = (kind: Kind, count: number) => {
      counts[kind] += count;
      onRows((done += count), total);
    };
    await pipeline(Readable.from(lines(sql, roomId, onStep)), createTarget(file));
    return counts;
  } finally {
    await sql.query('ROLLBACK');
  }
}

/** A file that goes again when the export does not come to its end. */
function createTarget(file: string): NodeJS.WritableStream {
  const target = createWriteStream(file, { mode: 0o600, flags: 'wx' });
  let made = false;
  target.once('open', () => {
    made = true;
  });
  return target.once('error', () => {
    if (made) rmSync(file, { force: true });
  });
}

async function countRows(sql: pg.Client, roomId: string | undefined): Promise<Record<Kind, number>> {
  const counts: [string, number][] = [];
  for (const [kind, query] of Object.entries(QUERIES)) {
    const { rows } = await sql.query<{ count: number }>(`SELECT count(*)::int AS count FROM (${query}) q`, [roomId ?? null]);
    counts.push([kind, rows[0]?.count ?? 0]);
  }
  return Object.fromEntries(counts) as Record<Kind, number>;
}

/** Through a cursor, so that no more than one step is in memory. */
async function* lines(sql: pg.Client, roomId: string | undefined, onStep: (kind: Kind, count: number) => void) {
  for (const [kind, query] of Object.entries(QUERIES) as [Kind, string][]) {
    await sql.query(`DECLARE exported NO SCROLL CURSOR FOR ${query}`, [roomId ?? null]);
    for (;;) {
      const { rows } = await sql.query<Record<string, unknown>>(`FETCH ${STEP} FROM exported`);
      if (rows.length === 0) break;
      onStep(kind, rows.length);
      yield rows.map((row) => `${JSON.stringify({ kind, ...row })}\n`).join('');
    }
    await sql.query('CLOSE exported');
  }
}
