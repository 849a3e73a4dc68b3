import type { Prisma } from './prisma.js';

/** A room whose newest changes are not in the search index. `public` is null where it was never indexed. */
export interface StaleRoom {
  roomId: string;
  /** Everything up to this rev is in the index. */
  rev: number;
  public: boolean | null;
}

/** A changed message, as much of it as the index needs. */
export interface ChangedMessage {
  roomId: string;
  seq: number;
  rev: number;
  senderId: string;
  at: Date;
  /** Empty when it was deleted. */
  text: string;
}

/** A message to be found by these lexemes; by none when it was deleted. */
export type SearchDocument = Omit<ChangedMessage, 'text'> & { lexemes: string[] };

/** Between the lexemes of one document; no text holds it. */
const SEPARATOR = '\u0001';

/** A page of rooms above `after` that have changes which the index lacks, in the order of the ids. */
export async function staleRoomIds(prisma: Prisma, after: string, limit: number): Promise<string[]> {
  const rows = await prisma.$queryRawUnsafe<{ room_id: string }[]>(
    `SELECT c.room_id::text FROM counters c LEFT JOIN search_rooms s USING (room_id)
     WHERE c.room_id > $1::uuid AND c.last_rev > coalesce(s.rev, 0) ORDER BY c.room_id LIMIT $2::int`,
    after,
    limit,
  );
  return rows.map(({ room_id }) => room_id);
}

/** Those of the rooms that have changes which the index lacks. */
export async function findStale(prisma: Prisma, roomIds: string[]): Promise<StaleRoom[]> {
  return prisma.$queryRawUnsafe<StaleRoom[]>(
    `SELECT c.room_id::text AS "roomId", coalesce(s.rev, 0)::float8 AS rev, s.public
     FROM counters c LEFT JOIN search_rooms s USING (room_id)
     WHERE c.room_id = ANY ($1::uuid[]) AND c.last_rev > coalesce(s.rev, 0)`,
    roomIds,
  );
}

/** What the index lacks of these rooms, each in its latest state, by ascending rev; at most `limit` a room. */
export async function readUnindexed(prisma: Prisma, rooms: StaleRoom[], limit: number): Promise<ChangedMessage[]> {
  return prisma.$queryRawUnsafe<ChangedMessage[]>(
    `SELECT w.room_id::text AS "roomId", m.seq::float8 AS seq, m.rev::float8 AS rev, m.sender_id::text AS "senderId",
            m.created_at AS at, m.text
     FROM unnest($1::uuid[], $2::bigint[]) AS w(room_id, rev), LATERAL (
       SELECT * FROM messages n WHERE n.room_id = w.room_id AND n.rev > w.rev ORDER BY n.rev LIMIT $3::int) m`,
    rooms.map(({ roomId }) => roomId),
    rooms.map(({ rev }) => rev),
    limit,
  );
}

/** Up to where a room is indexed. */
export interface IndexedRoom {
  roomId: string;
  public: boolean;
  rev: number;
}

/**
 * Stores documents and how far their rooms are, in one statement. Safe to repeat, and from two replicas at once: a document
 * of an older rev never replaces a newer one, also not after a deletion, whose document stays, empty.
 */
export async function storeDocuments(prisma: Prisma, documents: SearchDocument[], rooms: IndexedRoom[]): Promise<void> {
  await prisma.$executeRawUnsafe(
    `WITH input AS (
       SELECT i.room_id, i.seq, i.rev, i.sender_id, i.created_at,
              array_to_tsvector(CASE WHEN i.lexemes = '' THEN '{}'::text[] ELSE string_to_array(i.lexemes, E'\\x01') END) AS lexemes
       FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::uuid[], $5::timestamptz[], $6::text[])
         AS i(room_id, seq, rev, sender_id, created_at, lexemes)
     ), stored AS (
       INSERT INTO search_documents AS d (room_id, seq, rev, sender_id, created_at, lexemes)
       SELECT * FROM input ORDER BY created_at, room_id, seq
       ON CONFLICT (room_id, seq) DO UPDATE SET rev = EXCLUDED.rev, lexemes = EXCLUDED.lexemes
         WHERE d.rev < EXCLUDED.rev AND d.lexemes <> EXCLUDED.lexemes
     )
     INSERT INTO search_rooms AS s (room_id, public, rev)
     SELECT * FROM unnest($7::uuid[], $8::boolean[], $9::bigint[])
     ON CONFLICT (room_id) DO UPDATE SET rev = greatest(s.rev, EXCLUDED.rev)`,
    documents.map(({ roomId }) => roomId),
    documents.map(({ seq }) => seq),
    documents.map(({ rev }) => rev),
    documents.map(({ senderId }) => senderId),
    documents.map(({ at }) => at),
    documents.map(({ lexemes }) => lexemes.join(SEPARATOR)),
    rooms.map(({ roomId }) => roomId),
    rooms.map((room) => room.public),
    rooms.map(({ rev }) => rev),
  );
}
