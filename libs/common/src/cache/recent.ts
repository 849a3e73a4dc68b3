import { keys, type MessageEventType, type ReplyEntry } from '../contracts/index.js';
import type { RedisClient } from '../redis/index.js';
import { asRecord, Script, toFlat, toPack } from '../streams/index.js';

/*
 * The recent cache of a room: its newest 50 messages and a head with its newest numbers. Complete or absent: a list
 * that expired, belongs to another life of Redis, or missed a change is never read. Scripts and format: scripts/*.lua.
 */

const script = (name: string) => Script.fromFile(new URL(`../../src/cache/scripts/${name}.lua`, import.meta.url));
const readScript = script('read-recent');
const warmScript = script('warm-recent');
const publishScript = script('publish-messages');

/** A list lives an hour after its last change, a head a day; the jitter keeps rooms from expiring all at once. */
const LIST_TTL_MS = 3_600_000;
const HEAD_TTL_S = 86_400;
const jitter = (ttl: number) => Math.round(ttl * (0.9 + Math.random() * 0.2));

/** What a cache hit answers; `messages` are JSON. */
export interface RecentHit {
  /** `snapshot`: the newest 50, newest first. `resume`: each message changed after `since`, newest first. */
  mode: 'snapshot' | 'resume';
  messages: string[];
  lastSeq: number;
  lastRev: number;
}

const recentKeys = (partition: number, roomId: string) => [
  keys.roomHead(partition, roomId),
  keys.recent(partition, roomId),
  keys.recentMeta(partition, roomId),
];

/**
 * Reads a room's recent messages. `since` above the room's newest rev is answered with a snapshot, one too far back
 * for the list with a miss.
 * @returns null unless the cache is complete, of this generation, and at least at `atLeastRev`
 */
export async function readRecent(
  client: RedisClient,
  partition: number,
  roomId: string,
  generation: string,
  { since, atLeastRev = 0 }: { since?: number | undefined; atLeastRev?: number } = {},
): Promise<RecentHit | null> {
  const answer = await readScript.run(client, recentKeys(partition, roomId), [generation, since ?? '', atLeastRev]);
  if (!Array.isArray(answer)) return null;
  const [mode, lastSeq, lastRev, ...messages] = answer as [RecentHit['mode'], string, string, ...string[]];
  return { mode, messages, lastSeq: Number(lastSeq), lastRev: Number(lastRev) };
}

/** A room's newest messages as one database snapshot showed them. */
export interface RecentSnapshot {
  lastSeq: number;
  lastRev: number;
  /** Every change above it is contained in `messages`. */
  floorRev: number;
  /** Newest first. */
  messages: { rev: number; json: string }[];
}

/** Stores a snapshot unless something newer is known. @returns whether it was stored */
export async function warmRecent(
  client: RedisClient,
  partition: number,
  roomId: string,
  generation: string,
  snapshot: RecentSnapshot,
): Promise<boolean> {
  const items = snapshot.messages.map(({ rev, json }) => `${rev} ${json}`);
  const args = [generation, jitter(LIST_TTL_MS), jitter(HEAD_TTL_S), snapshot.lastRev, snapshot.lastSeq, snapshot.floorRev];
  return (await warmScript.run(client, recentKeys(partition, roomId), [...args, ...items])) === 1;
}

/** A committed change of a message, on its way to gateways and caches. */
export interface MessageChange {
  /** `created` and `updated` are new; `repeated` was met again and may have been published before. */
  kind: 'created' | 'updated' | 'repeated';
  roomId: string;
  type: MessageEventType;
  rev: number;
  seq: number;
  /** User id of who wrote the message. */
  senderId: string;
  json: string;
  /** Further fields of the event entry: whom it answers, the span, `duplicate`, and whose mentions it changes. */
  extra: {
    gateway?: string | undefined;
    ref?: string | undefined;
    traceparent?: string | undefined;
    duplicate?: '1' | undefined;
    mentioned?: string | undefined;
  };
}

const KINDS = { created: 'c', updated: 'u', repeated: 'd' } as const;

/** Limits of a pack of events: readers ask for up to 256 entries at once. Characters bound the events up to the last. */
const PACK_COUNT = 64;
const PACK_CHARACTERS = 32_768;

function eventRecord({ roomId, type, rev, seq, senderId, json, extra }: MessageChange): string {
  const names = ['type', 'room', 'rev', 'seq', 'sender'];
  const values = [type, roomId, String(rev), String(seq), senderId];
  const add = (name: string, value: string | undefined) => {
    if (value === undefined) return;
    names.push(name);
    values.push(value);
  };
  add('gateway', extra.gateway);
  add('ref', extra.ref);
  add('traceparent', extra.traceparent);
  add('duplicate', extra.duplicate);
  add('mentioned', extra.mentioned);
  add('message', json);
  return asRecord(names, values);
}

/** The changes' events, in order, as the entries that will hold them. */
function inPacks(changes: MessageChange[]): string[][] {
  const packs: string[][] = [];
  let records: string[] = [];
  let characters = 0;
  for (const change of changes) {
    const record = eventRecord(change);
    records.push(record);
    characters += record.length;
    if (records.length < PACK_COUNT && characters < PACK_CHARACTERS) continue;
    packs.push(toPack(records));
    records = [];
    characters = 0;
  }
  if (records.length > 0) packs.push(toPack(records));
  return packs;
}

/** Changes of one room that follow on each other; only new messages make runs of several. */
interface Run {
  first: MessageChange;
  items: string[];
}

/** The changes by room, each room's in order: what the script is told of a message it is told once for a run. */
function inRuns(changes: MessageChange[]): Run[] {
  const runs: Run[] = [];
  const last = new Map<string, Run>();
  for (const change of changes) {
    const { kind, roomId, rev, seq, json } = change;
    const item = `${rev} ${json}`;
    const run = last.get(roomId);
    const place = run?.items.length ?? 0;
    if (run && kind === 'created' && run.first.kind === kind && rev === run.first.rev + place && seq === run.first.seq + place) {
      run.items.push(item);
      continue;
    }
    const begun = { first: change, items: [item] };
    last.set(roomId, begun);
    runs.push(begun);
  }
  return runs;
}

/** Publishes a batch of one partition, atomically: caches and heads, events, replies, and the removal of finished commands. */
export async function publishMessages(
  client: RedisClient,
  partition: number,
  generation: string,
  { changes, replies, finished }: { changes: MessageChange[]; replies: ReplyEntry[]; finished: string[] },
): Promise<void> {
  const runs = inRuns(changes);
  const args: (string | number)[] = [generation, jitter(LIST_TTL_MS), jitter(HEAD_TTL_S), Date.now(), runs.length];
  for (const { first, items } of runs) {
    args.push(KINDS[first.kind], keys.room(partition, first.roomId), first.rev, first.seq, items.length);
    for (const item of items) args.push(item);
  }
  const entries = [...inPacks(changes), ...replies.map(toFlat)];
  args.push(entries.length);
  for (const flat of entries) args.push(flat.length, ...flat);
  for (const id of finished) args.push(id);
  await publishScript.run(client, [keys.events('messages', partition), keys.commands('messages', partition)], args);
}

/** The newest numbers of a room as its head tells; null without a head of this generation. */
export async function readHead(
  client: RedisClient,
  partition: number,
  roomId: string,
  generation: string,
): Promise<{ lastSeq: number; lastRev: number } | null> {
  const [gen, rev, seq] = await client.hmget(keys.roomHead(partition, roomId), 'gen', 'rev', 'seq');
  return gen === generation ? { lastSeq: Number(seq), lastRev: Number(rev) } : null;
}
