import type { Place } from '../domain/place.js';
import type { Prisma } from './prisma.js';

/** What documents are looked for; all bounds together. */
export interface DocumentQuery {
  /** A tsquery of everything that must be in a document: what is asked for, where, from whom. */
  tsquery: string;
  /** Only this room: documents are then ordered by seq alone. */
  roomId: string | undefined;
  /** Times, `from` inclusive. */
  from: string | undefined;
  until: string | undefined;
  /** Rooms that are left out. */
  not: string[];
  below: Place | undefined;
}

/** Places of documents in order, and where the search ended: undefined when there is nothing below. */
export interface Found {
  places: Place[];
  end: Place | undefined;
}

interface Row {
  room_id: string;
  seq: bigint;
  at: Date;
  hit: boolean;
  step: number;
}

/** Looks at the newest `steps` documents within the bounds, one after another. Quick for what is said often. */
export async function walkDocuments(prisma: Prisma, query: DocumentQuery, steps: number): Promise<Found> {
  const { bounds, order, values } = boundsOf(query);
  const rows = await prisma.$queryRawUnsafe<Row[]>(
    `SELECT * FROM (
       SELECT room_id::text, seq, created_at AS at, hit, (row_number() OVER ())::int AS step
       FROM (SELECT d.room_id, d.seq, d.created_at, d.lexemes @@ $1::tsquery AS hit
             FROM search_documents d WHERE ${bounds} ORDER BY ${order} LIMIT $2::int) walked) n
     WHERE hit OR step = $2::int ORDER BY step`,
    query.tsquery,
    steps,
    ...values,
  );
  const last = rows.at(-1);
  return { places: rows.filter(({ hit }) => hit).map(toPlace), end: last?.step === steps ? toPlace(last) : undefined };
}

/** The first `limit` documents by the index. Quick for what is said seldom. */
export async function indexedDocuments(prisma: Prisma, query: DocumentQuery, limit: number): Promise<Found> {
  const { bounds, order, values } = boundsOf(query);
  const rows = await prisma.$queryRawUnsafe<Row[]>(
    `SELECT d.room_id::text, d.seq, d.created_at AS at FROM indexed_documents($1::tsquery) d
     WHERE ${bounds} ORDER BY ${order} LIMIT $2::int`,
    query.tsquery,
    limit,
    ...values,
  );
  const last = rows.at(-1);
  return { places: rows.map(toPlace), end: rows.length === limit && last ? toPlace(last) : undefined };
}

/** How many documents the planner expects to match. */
export async function estimateDocuments(prisma: Prisma, tsquery: string): Promise<number> {
  const rows = await prisma.$queryRawUnsafe<{ 'QUERY PLAN': [{ Plan: { 'Plan Rows': number } }] }[]>(
    'EXPLAIN (FORMAT JSON) SELECT 1 FROM search_documents WHERE lexemes @@ $1::tsquery',
    tsquery,
  );
  return rows[0]?.['QUERY PLAN'][0].Plan['Plan Rows'] ?? 0;
}

/** Conditions on `d` with their values, which are numbered from $3. In one room seqs stand for times. */
function boundsOf({ roomId, from, until, not, below }: DocumentQuery): { bounds: string; order: string; values: unknown[] } {
  const values: unknown[] = [];
  const bounds: string[] = [];
  const value = (one: unknown) => `$${values.push(one) + 2}`;
  if (roomId !== undefined) {
    const room = `${value(roomId)}::uuid`;
    bounds.push(`d.room_id = ${room}`);
    if (from !== undefined) bounds.push(`d.seq >= seq_at(${room}, ${value(from)}::timestamptz)`);
    if (until !== undefined) bounds.push(`d.seq < seq_at(${room}, ${value(until)}::timestamptz)`);
    if (below) bounds.push(`d.seq < ${value(below.seq)}::bigint`);
    return { bounds: bounds.join(' AND '), order: 'd.seq DESC', values };
  }
  bounds.push(`NOT d.room_id = ANY (${value(not)}::uuid[])`);
  if (from !== undefined) bounds.push(`d.created_at >= ${value(from)}::timestamptz`);
  if (until !== undefined) bounds.push(`d.created_at < ${value(until)}::timestamptz`);
  if (below)
    bounds.push(
      `(d.created_at, d.room_id, d.seq) < (${value(below.at)}::timestamptz, ${value(below.roomId)}::uuid, ${value(below.seq)}::bigint)`,
    );
  return { bounds: bounds.join(' AND '), order: 'd.created_at DESC, d.room_id DESC, d.seq DESC', values };
}

const toPlace = ({ at, room_id, seq }: Row): Place => ({ at, roomId: room_id, seq: Number(seq) });

/** The messages of these places as they stand now, in the same order; one that is gone is missing. */
export async function readMessagesAt(prisma: Prisma, places: Place[]): Promise<{ place: Place; text: string; json: string }[]> {
  const rows = await prisma.$queryRawUnsafe<{ n: number; text: string; json: string }[]>(
    `SELECT w.n::int, m.text, message_json(m)::text AS json
     FROM unnest($1::uuid[], $2::bigint[]) WITH ORDINALITY AS w(room_id, seq, n) JOIN messages m USING (room_id, seq)
     WHERE m.deleted_at IS NULL ORDER BY w.n`,
    places.map(({ roomId }) => roomId),
    places.map(({ seq }) => seq),
  );
  return rows.flatMap(({ n, text, json }) => {
    const place = places[n - 1];
    return place ? [{ place, text, json }] : [];
  });
}

/** Rooms that a person is banned from. */
export async function bannedRooms(prisma: Prisma, userId: string): Promise<string[]> {
  return (await prisma.ban.findMany({ where: { userId }, select: { roomId: true } })).map(({ roomId }) => roomId);
}

/** Those of the rooms that are indexed and not public. */
export async function privateRoomsOf(prisma: Prisma, roomIds: string[]): Promise<string[]> {
  const rows = await prisma.$queryRawUnsafe<{ room_id: string }[]>(
    'SELECT room_id::text FROM search_rooms WHERE room_id = ANY ($1::uuid[]) AND NOT public',
    roomIds,
  );
  return rows.map(({ room_id }) => room_id);
}
