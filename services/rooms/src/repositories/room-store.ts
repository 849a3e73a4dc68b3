import type { Standing, StoredMember, StoredRoom } from '../domain/room.js';
import type { Db } from './prisma.js';

/** Columns of a room with its newest seq, for `FROM rooms r LEFT JOIN heads h`. */
export const ROOM_COLUMNS = `r.id, r.name, r.topic, r.visibility::text, r.kind::text, r.owner_id AS "ownerId",
  r.member_count AS "memberCount", r.created_at AS "createdAt", coalesce(h.last_seq, 0) AS "lastSeq"`;

/** A row of `ROOM_COLUMNS`. */
export type RoomRow = Omit<StoredRoom, 'lastSeq'> & { lastSeq: bigint };

interface StandingRow {
  role: StoredMember['role'] | null;
  joinedAt: Date | null;
  lastReadSeq: bigint | null;
  banned: boolean;
}

const STANDING_COLUMNS = `m.role::text, m.joined_at AS "joinedAt", m.last_read_seq AS "lastReadSeq",
  (b.user_id IS NOT NULL) AS banned`;

/** A row's other columns are left out. */
export const fromRoomRow = (row: RoomRow): StoredRoom => ({
  id: row.id,
  name: row.name,
  topic: row.topic,
  visibility: row.visibility,
  kind: row.kind,
  ownerId: row.ownerId,
  memberCount: row.memberCount,
  createdAt: row.createdAt,
  lastSeq: Number(row.lastSeq),
});

function fromStandingRow(roomId: string, userId: string, row: StandingRow): Standing {
  const { role, joinedAt, lastReadSeq, banned } = row;
  if (role === null || joinedAt === null) return { member: null, banned };
  return { member: { roomId, userId, role, joinedAt, lastReadSeq: Number(lastReadSeq) }, banned };
}

/** A room and what one person is to it, in one round trip. `lock`: no other transaction changes it meanwhile. */
export async function findRoom(
  db: Db,
  roomId: string,
  userId: string,
  { lock = false }: { lock?: boolean } = {},
): Promise<{ room: StoredRoom; standing: Standing } | null> {
  const rows = await db.$queryRawUnsafe<(RoomRow & StandingRow)[]>(
    `SELECT ${ROOM_COLUMNS}, ${STANDING_COLUMNS} FROM rooms r
     LEFT JOIN heads h ON h.room_id = r.id
     LEFT JOIN members m ON m.room_id = r.id AND m.user_id = $2::uuid
     LEFT JOIN bans b ON b.room_id = r.id AND b.user_id = $2::uuid
     WHERE r.id = $1::uuid ${lock ? 'FOR UPDATE OF r' : ''}`,
    roomId,
    userId,
  );
  const row = rows[0];
  return row ? { room: fromRoomRow(row), standing: fromStandingRow(roomId, userId, row) } : null;
}

/** What a person is to a room that exists. */
export async function findStanding(db: Db, roomId: string, userId: string): Promise<Standing> {
  const rows = await db.$queryRawUnsafe<StandingRow[]>(
    `SELECT ${STANDING_COLUMNS} FROM (SELECT $1::uuid AS room_id, $2::uuid AS user_id) k
     LEFT JOIN members m ON m.room_id = k.room_id AND m.user_id = k.user_id
     LEFT JOIN bans b ON b.room_id = k.room_id AND b.user_id = k.user_id`,
    roomId,
    userId,
  );
  return rows[0] ? fromStandingRow(roomId, userId, rows[0]) : { member: null, banned: false };
}

/** Stores a room with its head and its owner's membership, all in one statement. @returns false when the id is taken */
export async function insertRoom(db: Db, room: StoredRoom): Promise<boolean> {
  const inserted = await db.$executeRaw`
    WITH room AS (
      INSERT INTO rooms (id, name, topic, visibility, kind, owner_id, member_count, created_at)
      VALUES (${room.id}::uuid, ${room.name}, ${room.topic}, ${room.visibility}::room_visibility, ${room.kind}::room_kind,
              ${room.ownerId}::uuid, 1, ${room.createdAt}::timestamptz)
      ON CONFLICT DO NOTHING RETURNING id, owner_id, created_at),
    head AS (INSERT INTO heads (room_id) SELECT id FROM room)
    INSERT INTO members (room_id, user_id, role, joined_at, last_read_seq) SELECT id, owner_id, 'owner', created_at, 0 FROM room`;
  return inserted === 1;
}

/** Changes name and topic. */
export async function renameRoom(db: Db, { id, name, topic }: StoredRoom): Promise<void> {
  await db.room.update({ where: { id }, data: { name, topic }, select: { id: true } });
}

/** Removes a room with its members, bans, markers and head. */
export async function deleteRoom(db: Db, id: string): Promise<void> {
  await db.room.delete({ where: { id }, select: { id: true } });
}
