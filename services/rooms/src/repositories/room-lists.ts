import type { LastMessage, MemberRole, Page, Room, RoomListItem } from '@brook/common/contracts';
import { type Cursor, toPage } from '../domain/cursor.js';
import { unread } from '../domain/read-marker.js';
import { type Standing, type StoredRoom, toRoom } from '../domain/room.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import { findRoom, fromRoomRow, ROOM_COLUMNS, type RoomRow } from './room-store.js';

/** Where a page begins and how long it may be. */
export interface PageRequest {
  cursor: Cursor | undefined;
  limit: number;
}

/** A member as the service knows one; profiles belong to the users service. */
export interface ListedMember {
  userId: string;
  role: MemberRole;
  joinedAt: string;
}

interface OwnRoomRow extends RoomRow {
  role: MemberRole;
  lastReadSeq: bigint;
  lastMessage: LastMessage | null;
  activeAt: Date;
}

/** A whole room as one database snapshot showed it, for the read model. */
export interface RoomSnapshot {
  /** Number of the partition's newest change. */
  n: number;
  room: StoredRoom;
  members: [userId: string, role: MemberRole, joinedAtMs: number, lastReadSeq: number][];
  bans: string[];
}

/** The lists that gateways show. Each is one round trip. */
export class RoomLists {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  /** Public rooms, newest first; `query` is looked for anywhere in the name, in any case. */
  publicRooms(query: string, page: PageRequest): Promise<Page<Room>> {
    return this.#search(query, page, false);
  }

  /** All rooms, private ones too, for admins; otherwise as public ones. */
  allRooms(query: string, page: PageRequest): Promise<Page<Room>> {
    return this.#search(query, page, true);
  }

  async #search(query: string, { cursor, limit }: PageRequest, all: boolean): Promise<Page<Room>> {
    const rows = await this.#prisma.$queryRawUnsafe<RoomRow[]>(
      `SELECT ${ROOM_COLUMNS} FROM rooms r LEFT JOIN heads h ON h.room_id = r.id
       WHERE ($5::boolean OR r.visibility = 'public') AND ($1 = '' OR strpos(lower(r.name), lower($1)) > 0)
         AND ($2::timestamptz IS NULL OR (r.created_at, r.id) < ($2::timestamptz, $3::uuid))
       ORDER BY r.created_at DESC, r.id DESC LIMIT $4::int`,
      query,
      cursor?.at ?? null,
      cursor?.id ?? null,
      limit + 1,
      all,
    );
    return toPage(
      rows,
      limit,
      (row) => toRoom(fromRoomRow(row)),
      ({ createdAt, id }) => ({ at: createdAt, id }),
    );
  }

  /** A person's rooms, latest activity first: the newest message, or the joining where that is later. */
  async roomsOf(userId: string, { cursor, limit }: PageRequest): Promise<Page<RoomListItem>> {
    const rows = await this.#prisma.$queryRawUnsafe<OwnRoomRow[]>(
      `SELECT * FROM (
         SELECT ${ROOM_COLUMNS}, m.role::text, m.last_read_seq AS "lastReadSeq", h.last_message AS "lastMessage",
                greatest(h.last_at, m.joined_at) AS "activeAt"
         FROM members m JOIN rooms r ON r.id = m.room_id LEFT JOIN heads h ON h.room_id = r.id WHERE m.user_id = $1::uuid) own
       WHERE $2::timestamptz IS NULL OR ("activeAt", id) < ($2::timestamptz, $3::uuid)
       ORDER BY "activeAt" DESC, id DESC LIMIT $4::int`,
      userId,
      cursor?.at ?? null,
      cursor?.id ?? null,
      limit + 1,
    );
    return toPage(rows, limit, toListItem, ({ activeAt, id }) => ({ at: activeAt, id }));
  }

  /** Members, the oldest first; null when there is no such room. */
  async membersOf(roomId: string, { cursor, limit }: PageRequest): Promise<Page<ListedMember> | null> {
    const rows = await this.#prisma.$queryRawUnsafe<{ userId: string | null; role: MemberRole; joinedAt: Date }[]>(
      `SELECT m.user_id AS "userId", m.role::text, m.joined_at AS "joinedAt"
       FROM (SELECT id FROM rooms WHERE id = $1::uuid) r LEFT JOIN members m ON m.room_id = r.id
         AND ($2::timestamptz IS NULL OR (m.joined_at, m.user_id) > ($2::timestamptz, $3::uuid))
       ORDER BY m.joined_at, m.user_id LIMIT $4::int`,
      roomId,
      cursor?.at ?? null,
      cursor?.id ?? null,
      limit + 1,
    );
    if (rows.length === 0) return null;
    const members = rows.flatMap(({ userId, ...row }) => (userId === null ? [] : [{ userId, ...row }]));
    const item = ({ userId, role, joinedAt }: (typeof members)[number]) => ({ userId, role, joinedAt: joinedAt.toISOString() });
    return toPage(members, limit, item, ({ joinedAt, userId }) => ({ at: joinedAt, id: userId }));
  }

  /** The ids of each person's rooms; everybody asked for has an entry. */
  async roomIdsOf(userIds: string[]): Promise<Record<string, string[]>> {
    const rooms: Record<string, string[]> = Object.fromEntries(userIds.map((id) => [id, []]));
    const rows = await this.#prisma.member.findMany({
      where: { userId: { in: userIds } },
      select: { userId: true, roomId: true },
    });
    for (const { userId, roomId } of rows) rooms[userId]?.push(roomId);
    return rooms;
  }

  /** How far each has read, in the order of the places; null for who is no member there. */
  async markersOf(places: { userId: string; roomId: string }[]): Promise<(number | null)[]> {
    const rows = await this.#prisma.$queryRawUnsafe<{ marker: number | null }[]>(
      `SELECT m.last_read_seq::float8 AS marker
       FROM unnest($1::uuid[], $2::uuid[]) WITH ORDINALITY AS w(room_id, user_id, place)
       LEFT JOIN members m USING (room_id, user_id) ORDER BY w.place`,
      places.map(({ roomId }) => roomId),
      places.map(({ userId }) => userId),
    );
    return rows.map(({ marker }) => marker);
  }

  /** A room and what a person is to it; null when there is no such room. */
  access(roomId: string, userId: string): Promise<{ room: StoredRoom; standing: Standing } | null> {
    return findRoom(this.#prisma, roomId, userId);
  }

  /** A whole room in one statement, which sees one snapshot; null when there is none. */
  async snapshot(partition: number, roomId: string): Promise<RoomSnapshot | null> {
    const rows = await this.#prisma.$queryRawUnsafe<
      (RoomRow & { n: bigint; members: RoomSnapshot['members']; bans: string[] })[]
    >(
      `SELECT ${ROOM_COLUMNS}, coalesce((SELECT n FROM change_counters WHERE partition = $2::int), 0) AS n,
         (SELECT coalesce(jsonb_agg(jsonb_build_array(m.user_id, m.role,
            (extract(epoch FROM m.joined_at) * 1000)::bigint, m.last_read_seq)), '[]') FROM members m WHERE m.room_id = r.id) AS members,
         (SELECT coalesce(jsonb_agg(b.user_id), '[]') FROM bans b WHERE b.room_id = r.id) AS bans
       FROM rooms r LEFT JOIN heads h ON h.room_id = r.id WHERE r.id = $1::uuid`,
      roomId,
      partition,
    );
    const row = rows[0];
    return row ? { n: Number(row.n), room: fromRoomRow(row), members: row.members, bans: row.bans } : null;
  }
}

function toListItem(row: OwnRoomRow): RoomListItem {
  const room = toRoom(fromRoomRow(row));
  const lastReadSeq = Number(row.lastReadSeq);
  return {
    room,
    role: row.role,
    lastReadSeq,
    unread: unread({ lastSeq: room.lastSeq, lastReadSeq }),
    lastMessage: row.lastMessage,
  };
}
