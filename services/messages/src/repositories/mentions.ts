import type { ReadMark } from '@brook/common/contracts';
import type { Place } from '../domain/place.js';
import type { Prisma } from './prisma.js';

/** A message that mentions somebody, and its place in the list. */
export interface StoredMention extends Place {
  json: string;
}

/** Stands for every member of a room; see the table `mentions`. */
const EVERYBODY = '00000000-0000-0000-0000-000000000000';

/** A message's place in a list of many rooms, the newest first. */
const BELOW = `($3::timestamptz IS NULL OR (m.created_at, m.room_id, m.seq) < ($3::timestamptz, $4::uuid, $5::bigint))`;
const NEWEST = 'ORDER BY m.created_at DESC, m.room_id DESC, m.seq DESC LIMIT $6::int';

/**
 * Messages of these rooms that mention a person by name or with all members, below `below` where given, the newest first.
 * What mentions by name is one range of an index; what mentions everybody is one look a room.
 */
export async function readMentions(
  prisma: Prisma,
  { userId, roomIds, below, limit }: { userId: string; roomIds: string[]; below: Place | undefined; limit: number },
): Promise<StoredMention[]> {
  const rows = await prisma.$queryRawUnsafe<{ at: Date; room_id: string; seq: bigint; json: string }[]>(
    `WITH own AS (
       SELECT m.created_at, m.room_id, m.seq FROM mentions m
       WHERE m.user_id = $1::uuid AND m.room_id = ANY ($2::uuid[]) AND ${BELOW} ${NEWEST}
     ), everybody AS (
       SELECT e.created_at, e.room_id, e.seq FROM unnest($2::uuid[]) r(room_id), LATERAL (
         SELECT m.created_at, m.room_id, m.seq FROM mentions m
         WHERE m.user_id = $7::uuid AND m.room_id = r.room_id AND m.sender_id <> $1::uuid AND ${BELOW}
         ORDER BY m.seq DESC LIMIT $6::int) e
     ), m AS (SELECT * FROM own UNION SELECT * FROM everybody)
     SELECT m.created_at AS at, m.room_id::text, m.seq, message_json(t)::text AS json
     FROM (SELECT * FROM m ${NEWEST}) m JOIN messages t ON t.room_id = m.room_id AND t.seq = m.seq
     ORDER BY m.created_at DESC, m.room_id DESC, m.seq DESC`,
    userId,
    roomIds,
    below?.at ?? null,
    below?.roomId ?? null,
    below?.seq ?? null,
    limit,
    EVERYBODY,
  );
  return rows.map(({ at, room_id, seq, json }) => ({ at, roomId: room_id, seq: Number(seq), json }));
}

/** How many messages beyond each mark mention its person, in the order of the marks. Counted, not kept: it cannot drift. */
export async function countUnreadMentions(prisma: Prisma, marks: ReadMark[]): Promise<number[]> {
  const rows = await prisma.$queryRawUnsafe<{ unread: number }[]>(
    `SELECT (SELECT count(*) FROM (
         SELECT m.seq FROM mentions m WHERE m.user_id = k.user_id AND m.room_id = k.room_id AND m.seq > k.seq
         UNION
         SELECT m.seq FROM mentions m
         WHERE m.user_id = $4::uuid AND m.room_id = k.room_id AND m.seq > k.seq AND m.sender_id <> k.user_id) u)::int AS unread
     FROM unnest($1::uuid[], $2::uuid[], $3::bigint[]) WITH ORDINALITY AS k(user_id, room_id, seq, place) ORDER BY k.place`,
    marks.map(({ userId }) => userId),
    marks.map(({ roomId }) => roomId),
    marks.map(({ lastReadSeq }) => lastReadSeq),
    EVERYBODY,
  );
  return rows.map(({ unread }) => unread);
}
