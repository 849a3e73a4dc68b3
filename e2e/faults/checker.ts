import type { Message } from '@brook/common/contracts';
import { eventually } from '@brook/common/testing';
import type { System } from './cluster.js';
import type { Load } from './load.js';
import type { SendRecord, Sender } from './sender.js';

interface Row {
  room_id: string;
  seq: string;
  rev: string;
  client_id: string;
  sender_id: string;
  text: string;
  edited: Date | null;
  deleted: Date | null;
  reactions: string[];
  mentioned: string[];
  listed: string[];
}

/** A stored message, as much of it as can go wrong. */
interface Stored {
  seq: number;
  rev: number;
  clientId: string;
  senderId: string;
  text: string;
  edited: boolean;
  deleted: boolean;
  /** `<emoji> <user id>`, sorted. */
  reactions: string[];
  /** Ids of people, sorted. */
  mentioned: string[];
}

interface StoredRoom {
  bySeq: Map<number, Stored>;
  lastSeq: number;
  lastRev: number;
}

/** The outcome of a check. */
export interface Verdict {
  /** What is wrong, each in one line; empty when every promise was kept. */
  differences: string[];
  sent: number;
  acked: number;
  changes: number;
  /** The last frames of each client that waits for an answer. */
  stuck: string[];
}

const SHOWN = 20;
/** An idle owner looks at everything unfinished once a second. */
const FINISH_MS = 5_000;

/** Compares what clients were told with what the database holds. Call it when the load is quiet. */
export async function check(system: System, load: Load): Promise<Verdict> {
  const differences: string[] = [];
  const say = (text: string) => differences.push(text);
  const rooms = await readRooms(system, load.roomIds, say);
  for (const [roomId, room] of rooms) checkDense(roomId, room, say);
  let acked = 0;
  const stuck: string[] = [];
  for (const sender of load.senders) {
    acked += checkSender(sender, rooms, say);
    if (sender.pending > 0) stuck.push([sender.name, JSON.stringify(sender.brook.state), ...sender.tail.lines].join('\n    '));
  }
  for (const { who, subscription } of load.subscriptions) {
    const { roomId, messages, rev, state } = subscription;
    const known = rooms.get(roomId) as StoredRoom;
    if (state.status !== 'live') say(`${who} is ${state.status} in ${short(roomId)}`);
    compare(
      `${who} in ${short(roomId)}`,
      known,
      { rev, messages: new Map(messages.map((message) => [message.seq, message])) },
      say,
    );
  }
  for (const { name, rooms: observed, faults } of load.observers) {
    for (const fault of faults) say(`${name}: ${fault}`);
    for (const [roomId, seen] of observed) compare(`${name} in ${short(roomId)}`, rooms.get(roomId) as StoredRoom, seen, say);
  }
  await eventually(async () => (await system.entries('commands')) === 0, { timeout: FINISH_MS }).catch(() => undefined);
  const unfinished = await system.entries('commands');
  if (unfinished) say(`${unfinished} commands stand unfinished on their streams`);
  const buried = await system.entries('deadLetters');
  if (buried !== load.poisoned) say(`${buried} dead letters, ${load.poisoned} expected`);
  const sent = load.senders.reduce((sum, { records }) => sum + records.length, 0);
  const changes = load.senders.reduce((sum, { records }) => sum + records.filter((record) => record.changes).length, 0);
  return { differences, sent, acked, changes, stuck };
}

/** Fails with the first differences, and what the processes complained about. */
export function expectKept(system: System, { differences, sent, acked, stuck }: Verdict): void {
  if (differences.length === 0 && acked > 0) return;
  const shown = differences.slice(0, SHOWN).join('\n  ');
  const more = differences.length > SHOWN ? `\n  ... and ${differences.length - SHOWN} more` : '';
  throw new Error(
    `${differences.length} differences, ${acked} of ${sent} acked:\n  ${shown}${more}\n\n${stuck.slice(0, 2).join('\n')}\n\n${system.describe()}`,
  );
}

async function readRooms(system: System, roomIds: string[], say: (text: string) => void): Promise<Map<string, StoredRoom>> {
  const rows = await system.query<Row>(
    `SELECT room_id, seq, rev, client_id, sender_id, text, edited_at AS edited, deleted_at AS deleted,
       ARRAY(SELECT emoji || ' ' || user_id FROM messages.reactions r WHERE (r.room_id, r.seq) = (m.room_id, m.seq)) AS reactions,
       ARRAY(SELECT u->>'id' FROM jsonb_array_elements(m.mentions->'users') u) AS mentioned,
       ARRAY(SELECT user_id::text FROM messages.mentions l WHERE (l.room_id, l.seq) = (m.room_id, m.seq)) AS listed
     FROM messages.messages m WHERE room_id = ANY($1::uuid[]) ORDER BY room_id, seq`,
    [roomIds],
  );
  const counters = await system.query<{ room_id: string; last_seq: string; last_rev: string }>(
    'SELECT room_id, last_seq, last_rev FROM messages.counters WHERE room_id = ANY($1::uuid[])',
    [roomIds],
  );
  const rooms = new Map<string, StoredRoom>(roomIds.map((id) => [id, { bySeq: new Map(), lastSeq: 0, lastRev: 0 }]));
  for (const { room_id, last_seq, last_rev } of counters)
    Object.assign(rooms.get(room_id) as StoredRoom, { lastSeq: Number(last_seq), lastRev: Number(last_rev) });
  for (const { room_id, seq, mentioned, listed } of rows)
    if (mentioned.sort().join() !== listed.sort().join())
      say(`room ${short(room_id)}: message ${seq} mentions ${mentioned.length}, its list holds ${listed.length}`);
  for (const row of rows) (rooms.get(row.room_id) as StoredRoom).bySeq.set(Number(row.seq), toStored(row));
  return rooms;
}

function toStored(row: Row): Stored {
  const { client_id: clientId, sender_id: senderId, text } = row;
  return {
    seq: Number(row.seq),
    rev: Number(row.rev),
    clientId,
    senderId,
    text,
    edited: row.edited !== null,
    deleted: row.deleted !== null,
    reactions: row.reactions.sort(),
    mentioned: row.mentioned.sort(),
  };
}

/** Who owns the rooms has read nothing: every message that mentions them is unread. @returns what is wrong, a line each */
export async function checkMentionCounts(system: System, load: Load): Promise<string[]> {
  const rows = await system.query<{ room_id: string; n: number }>(
    'SELECT room_id, count(*)::int AS n FROM messages.mentions WHERE user_id = $1::uuid AND room_id = ANY($2::uuid[]) GROUP BY 1',
    [load.owner.user?.id, load.roomIds],
  );
  const { items } = await load.owner.rooms.mine({ limit: 100 });
  return items.flatMap(({ room, unreadMentions }) => {
    const stored = rows.find(({ room_id }) => room_id === room.id)?.n ?? 0;
    if (!load.roomIds.includes(room.id) || stored === unreadMentions) return [];
    return [`room ${short(room.id)}: ${unreadMentions} unread mentions told, ${stored} stored`];
  });
}

/** `seq` dense from 1 to the counter; revs distinct, none above the counter, and the counter's own is used. */
function checkDense(roomId: string, { bySeq, lastSeq, lastRev }: StoredRoom, say: (text: string) => void): void {
  if (bySeq.size !== lastSeq) say(`room ${short(roomId)}: ${bySeq.size} messages, lastSeq ${lastSeq}`);
  for (let seq = 1; seq <= lastSeq; seq++) if (!bySeq.has(seq)) say(`room ${short(roomId)}: no message ${seq}`);
  const revs = new Set([...bySeq.values()].map(({ rev }) => rev));
  if (revs.size !== bySeq.size) say(`room ${short(roomId)}: a rev stands twice`);
  if (lastSeq > 0 && Math.max(...revs) !== lastRev)
    say(`room ${short(roomId)}: newest rev ${Math.max(...revs)}, counter ${lastRev}`);
}

/** Every ack is true, once, in the order of sending. @returns messages acked */
function checkSender(sender: Sender, rooms: Map<string, StoredRoom>, say: (text: string) => void): number {
  const places = placesByClientId(sender, rooms);
  const last = new Map<string, number>();
  let acked = 0;
  for (const record of sender.records) {
    const found = places.get(`${record.roomId} ${record.clientId}`) ?? [];
    const what = `${sender.name} "${record.text}" in ${short(record.roomId)}`;
    if (found.length > 1) say(`${what} is stored ${found.length} times`);
    if (record.refused) say(`${what} was refused: ${record.refused}`);
    else if (record.seq === undefined) say(`${what} was never answered`);
    if (record.seq === undefined) continue;
    acked++;
    const stored = found[0];
    if (!stored) say(`${what} was acked as ${record.seq} and is LOST`);
    else if (stored.seq !== record.seq) say(`${what} was acked as ${record.seq} and stands at ${stored.seq}`);
    if (record.seq <= (last.get(record.roomId) ?? 0))
      say(`${what} stands at ${record.seq}, after an earlier one at ${last.get(record.roomId)}`);
    last.set(record.roomId, Math.max(record.seq, last.get(record.roomId) ?? 0));
    if (stored) checkChanges(what, record, stored, say);
  }
  return acked;
}

function placesByClientId(sender: Sender, rooms: Map<string, StoredRoom>): Map<string, Stored[]> {
  const places = new Map<string, Stored[]>();
  const senderId = sender.brook.user?.id;
  for (const { roomId } of sender.subscriptions) {
    for (const stored of (rooms.get(roomId) as StoredRoom).bySeq.values()) {
      if (stored.senderId !== senderId) continue;
      const key = `${roomId} ${stored.clientId}`;
      places.set(key, [...(places.get(key) ?? []), stored]);
    }
  }
  return places;
}

/** The message stands as its sender's last answered change left it, or as a later one did whose answer was lost. */
function checkChanges(what: string, record: SendRecord, stored: Stored, say: (text: string) => void): void {
  const { text, changes } = record;
  const { text: confirmed, maybe, deleted } = changes ?? { text, maybe: [], deleted: 'no' };
  if (stored.deleted !== (deleted === 'yes') && deleted !== 'maybe')
    say(
      `${what}: deleted in the database: ${stored.deleted}, by the acks: ${deleted} (last refusal: ${changes?.error ?? 'none'})`,
    );
  if (stored.deleted) {
    if (stored.text !== '') say(`${what} is deleted and still has a text`);
    return;
  }
  checkReactions(what, record, stored, say);
  const name = /@(\S+)$/.exec(stored.text)?.[1];
  if (stored.mentioned.length !== (name ? 1 : 0)) say(`${what}: "${stored.text}" mentions ${stored.mentioned.length}`);
  if (![confirmed, ...maybe].includes(stored.text)) say(`${what}: stored "${stored.text}", the acks say "${confirmed}"`);
}

/** Its sender is the only one who reacts. */
function checkReactions(what: string, { changes }: SendRecord, stored: Stored, say: (text: string) => void): void {
  for (const [emoji, known] of changes?.reactions ?? []) {
    const there = stored.reactions.includes(`${emoji} ${stored.senderId}`);
    if (known !== 'maybe' && there !== (known === 'yes')) say(`${what}: ${emoji} stored: ${there}, by the acks: ${known}`);
  }
}

/** A client's view equals the database from its oldest message on. */
function compare(
  who: string,
  room: StoredRoom,
  { rev, messages }: { rev: number | null; messages: ReadonlyMap<number, Message> },
  say: (text: string) => void,
): void {
  if (rev !== room.lastRev) say(`${who} is at rev ${rev} of ${room.lastRev}`);
  const first = Math.min(...messages.keys());
  let wrong = 0;
  for (let seq = first; seq <= room.lastSeq; seq++) {
    const difference = differs(messages.get(seq), room.bySeq.get(seq));
    if (difference && ++wrong <= 3) say(`${who}: message ${seq} ${difference}`);
  }
  if (wrong > 3) say(`${who}: ${wrong} messages differ`);
  for (const seq of messages.keys()) if (seq > room.lastSeq) say(`${who} holds message ${seq} that is not stored`);
}

function differs(seen: Message | undefined, stored: Stored | undefined): string | undefined {
  if (!seen) return 'is missing';
  if (!stored) return undefined; // Said by the check of density.
  const wrong = (['rev', 'clientId', 'text'] as const).filter((field) => seen[field] !== stored[field]);
  if ((seen.deletedAt !== null) !== stored.deleted) return 'differs in deletedAt';
  if ((seen.editedAt !== null) !== stored.edited) return 'differs in editedAt';
  const reactions = seen.reactions.flatMap(({ emoji, userIds }) => userIds.map((id) => `${emoji} ${id}`)).sort();
  if (reactions.join() !== stored.reactions.join())
    return `differs in reactions (${reactions.length}, stored ${stored.reactions.length})`;
  const mentioned = (seen.mentions?.users ?? []).map(({ id }) => id).sort();
  if (mentioned.join() !== stored.mentioned.join()) return `differs in mentions`;
  return wrong.length > 0 ? `differs in ${wrong.map((f) => `${f} ("${seen[f]}", stored "${stored[f]}")`).join(', ')}` : undefined;
}

const short = (roomId: string): string => roomId.slice(-4);
