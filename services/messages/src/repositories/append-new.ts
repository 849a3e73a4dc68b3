import type { Pool } from '@brook/common/database';
import type { HeldLease } from '@brook/common/streams';
import { bigints, integers, jsonbs, texts, uuids } from './binary-arrays.js';
import { type AppendRow, createdRow, type Send } from './send.js';

/** Calls the SQL function `append_new`; each connection prepares it once. */
const APPEND_NEW = {
  name: 'append_new',
  text: 'SELECT * FROM append_new($1::int, $2, $3::bigint, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)',
};

/** Its answer: per room, in order of their ids, the numbers before its first new message. No time: nothing is stored. */
interface Stored {
  at_ms: number | null;
  seqs: string[] | null;
  revs: string[] | null;
}

/** A sender as a room's messages of one batch show it. */
interface Author {
  senderId: string;
  profileJson: string;
  /** From 1, among all of the batch. */
  place: number;
}

interface Room {
  id: string;
  /** From 1, in order of the ids. */
  place: number;
  authors: Author[];
  count: number;
  /** Highest seq that is answered, or 0. */
  replied: number;
}

interface Grouped {
  rooms: Room[];
  authors: { room: Room; author: Author }[];
  /** Of each send, in their order: its room, its author's place, its own among its room's from 1, and what is its own. */
  roomOf: Room[];
  by: number[];
  places: number[];
  clientIds: string[];
  ids: string[];
  texts: string[];
  replies: number[];
}

/**
 * Commits sends without mentions that are all new and that nothing speaks against, in one statement.
 * @returns one row per send; nothing when nothing was stored, and `append` is to say why
 * @throws the database's error
 */
export async function appendNew(pool: Pool, lease: HeldLease, sends: Send[]): Promise<AppendRow[] | undefined> {
  const grouped = group(sends);
  const values = [lease.partition, lease.owner, lease.epoch, ...parameters(grouped)];
  const { at_ms, seqs, revs } = (await pool.query<Stored>({ ...APPEND_NEW, values })).rows[0] as Stored;
  if (at_ms === null) return undefined;
  return sends.map((_, i) => {
    const room = (grouped.roomOf[i] as Room).place - 1;
    const place = grouped.places[i] as number;
    return createdRow(i + 1, Number(seqs?.[room]) + place, Number(revs?.[room]) + place, at_ms);
  });
}

function group(sends: Send[]): Grouped {
  const rooms = new Map<string, Room>();
  const grouped: Grouped = {
    rooms: [],
    authors: [],
    roomOf: [],
    by: [],
    places: [],
    clientIds: [],
    ids: [],
    texts: [],
    replies: [],
  };
  for (const { roomId, senderId, profileJson, clientId, id, text, replyTo } of sends) {
    let room = rooms.get(roomId);
    if (!room) rooms.set(roomId, (room = { id: roomId, place: 0, authors: [], count: 0, replied: 0 }));
    let author = room.authors.find((known) => known.senderId === senderId && known.profileJson === profileJson);
    if (!author) {
      author = { senderId, profileJson, place: grouped.authors.length + 1 };
      room.authors.push(author);
      grouped.authors.push({ room, author });
    }
    room.replied = Math.max(room.replied, replyTo);
    grouped.roomOf.push(room);
    grouped.by.push(author.place);
    grouped.places.push(++room.count);
    grouped.clientIds.push(clientId);
    grouped.ids.push(id);
    grouped.texts.push(text);
    grouped.replies.push(replyTo);
  }
  grouped.rooms = [...rooms.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  for (const [i, room] of grouped.rooms.entries()) room.place = i + 1;
  return grouped;
}

const parameters = ({ rooms, authors, by, places, clientIds, ids, texts: written, replies }: Grouped): Buffer[] => [
  uuids(rooms.map(({ id }) => id)),
  bigints(rooms.map(({ count }) => count)),
  bigints(rooms.map(({ replied }) => replied)),
  integers(authors.map(({ room }) => room.place)),
  uuids(authors.map(({ author }) => author.senderId)),
  jsonbs(authors.map(({ author }) => author.profileJson)),
  integers(by),
  integers(places),
  uuids(clientIds),
  uuids(ids),
  texts(written),
  bigints(replies),
];
