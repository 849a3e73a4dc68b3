import { randomUUID } from 'node:crypto';
import { type MessageChange, publishMessages, readHead } from '@brook/common/cache';
import { type CatchUp, keys, type Message, partitionOf } from '@brook/common/contracts';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { person, type RunningMessages, startMessages, stored } from './support/service.js';

let service: RunningMessages;
let owner: ReturnType<RunningMessages['newOwner']>;

beforeAll(async () => {
  service = await startMessages();
  owner = service.newOwner();
  await owner.start();
});

afterAll(async () => {
  await owner.stop();
  await service.stop();
});

const ada = person();
const texts = (hit: { messages: string[] } | null) => hit?.messages.map((json) => (JSON.parse(json) as Message).text);

async function fill(roomId: string, count: number): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, i) => service.gateway.send(roomId, ada, `m${i + 1}`)));
}

async function expire(roomId: string): Promise<void> {
  await service.redis.del(keys.recent(partitionOf(roomId, service.partitions), roomId));
}

test('a new room is cached from its first message and holds the newest 50', async () => {
  const roomId = randomUUID();
  await fill(roomId, 3);
  expect(await service.recent(roomId)).toMatchObject({ mode: 'snapshot', lastSeq: 3, lastRev: 3 });
  await fill(roomId, 60);
  const hit = await service.recent(roomId);
  expect(hit).toMatchObject({ lastSeq: 63, lastRev: 63 });
  expect(hit?.messages).toHaveLength(50);
  expect((JSON.parse(hit?.messages[0] ?? '') as Message).seq).toBe(63);
});

test('an expired list followed by one message is a miss, never a history of one message', async () => {
  const roomId = randomUUID();
  await fill(roomId, 5);
  await expire(roomId);
  await service.gateway.send(roomId, ada, 'after the expiry');
  expect(await service.recent(roomId)).toBeNull();
  const answer = await service.client.request<{ items: Message[] }>(`/rooms/${roomId}/messages`);
  expect(answer.items).toHaveLength(6);
  await service.changes(roomId, 6);
  expect((await service.recent(roomId))?.messages).toHaveLength(6);
});

test('an expired list followed by a change of what it held is a miss, and the change is made', async () => {
  const roomId = randomUUID();
  await fill(roomId, 5);
  await expire(roomId);
  await service.gateway.command('message.edit', roomId, ada, { seq: 2, text: 'edited' });
  expect(await service.recent(roomId)).toBeNull();
  expect((await service.changes(roomId, 5)).messages.map(({ seq, text }) => [seq, text])).toEqual([[2, 'edited']]);
});

test('an edit outside the cached 50 is never missed by a resume', async () => {
  const roomId = randomUUID();
  await fill(roomId, 60);
  const before = await service.recent(roomId, { since: 58 });
  expect(texts(before)).toEqual(['m60', 'm59']);
  await service.gateway.command('message.edit', roomId, ada, { seq: 2, text: 'edited' });
  expect(await service.recent(roomId, { since: 60 })).toBeNull();
  const resumed = await service.changes(roomId, 60);
  expect(resumed).toMatchObject({ mode: 'resume', lastRev: 61, lastSeq: 60 });
  expect(resumed.messages.map(({ seq, text }) => [seq, text])).toEqual([[2, 'edited']]);
  expect(await service.recent(roomId, { since: 61 })).toMatchObject({ mode: 'resume', messages: [] });
});

test('an edit inside the cached 50 replaces the message in place', async () => {
  const roomId = randomUUID();
  await fill(roomId, 4);
  await service.gateway.command('message.edit', roomId, ada, { seq: 2, text: 'edited' });
  expect(texts(await service.recent(roomId))).toEqual(['m4', 'm3', 'edited', 'm1']);
  expect(texts(await service.recent(roomId, { since: 4 }))).toEqual(['edited']);
});

test('an edited message that leaves the list raises the floor', async () => {
  const roomId = randomUUID();
  await fill(roomId, 50);
  await service.gateway.command('message.edit', roomId, ada, { seq: 1, text: 'edited' });
  expect(texts(await service.recent(roomId, { since: 50 }))).toEqual(['edited']);
  // In one batch: behind the edited one goes one that stands as it came.
  await fill(roomId, 2);
  expect(await service.recent(roomId, { since: 50 })).toBeNull();
  expect((await service.changes(roomId, 50)).messages).toHaveLength(3);
});

test('an edited message that is the only one to leave the list raises the floor', async () => {
  const roomId = randomUUID();
  await fill(roomId, 50);
  await service.gateway.command('message.edit', roomId, ada, { seq: 1, text: 'edited' });
  await fill(roomId, 1);
  expect(await service.recent(roomId, { since: 50 })).toBeNull();
  expect((await service.recent(roomId, { since: 51 }))?.messages).toHaveLength(1);
});

test('an edited message that leaves a list read from the database raises the floor, too', async () => {
  const roomId = randomUUID();
  await fill(roomId, 50);
  await service.gateway.command('message.edit', roomId, ada, { seq: 1, text: 'edited' });
  await expire(roomId);
  await service.changes(roomId, 0);
  expect(texts(await service.recent(roomId, { since: 50 }))).toEqual(['edited']);
  // In one batch: behind the edited one goes one that stands as it came.
  await fill(roomId, 2);
  expect(await service.recent(roomId, { since: 50 })).toBeNull();
});

test('messages that leave the list as they came raise the floor to the newest of them', async () => {
  const roomId = randomUUID();
  await fill(roomId, 57);
  expect(await service.recent(roomId, { since: 6 })).toBeNull();
  expect((await service.recent(roomId, { since: 7 }))?.messages).toHaveLength(50);
  await fill(roomId, 1);
  expect(await service.recent(roomId, { since: 7 })).toBeNull();
  expect((await service.recent(roomId, { since: 8 }))?.messages).toHaveLength(50);
});

test('every key of a busy room has an end, prolonged now and then', async () => {
  const roomId = randomUUID();
  const partition = partitionOf(roomId, service.partitions);
  const [list, meta, head] = [
    keys.recent(partition, roomId),
    keys.recentMeta(partition, roomId),
    keys.roomHead(partition, roomId),
  ];
  const lives = () => Promise.all([list, meta, head].map((key) => service.redis.pttl(key)));
  await fill(roomId, 2);
  for (const life of await lives()) expect(life).toBeGreaterThan(3_000_000);
  for (const key of [list, meta, head]) await service.redis.pexpire(key, 60_000);
  await fill(roomId, 1);
  for (const life of await lives()) expect(life).toBeLessThanOrEqual(60_000);
  await service.redis.hset(meta, 'renewAt', 1);
  await fill(roomId, 1);
  for (const life of await lives()) expect(life).toBeGreaterThan(3_000_000);
  await service.redis.del(list);
  await service.changes(roomId, 0);
  await fill(roomId, 1);
  for (const life of await lives()) expect(life).toBeGreaterThan(3_000_000);
});

test('a cache that is behind what the caller knows, or of another life of Redis, is a miss', async () => {
  const roomId = randomUUID();
  await fill(roomId, 3);
  expect(await service.recent(roomId, { atLeastRev: 4 })).toBeNull();
  await service.redis.hset(keys.roomHead(partitionOf(roomId, service.partitions), roomId), 'gen', 'another');
  expect(await service.recent(roomId)).toBeNull();
});

test('a warmer that read before a change cannot store what it read', async () => {
  const roomId = randomUUID();
  await fill(roomId, 3);
  await service.redis.flushdb();
  const warming = Promise.all(Array.from({ length: 20 }, () => service.changes(roomId, 0)));
  const sending = service.gateway.send(roomId, ada, 'm4');
  await Promise.all([warming, sending]);
  const hit = await service.recent(roomId);
  if (hit) expect(hit).toMatchObject({ lastSeq: 4, lastRev: 4 });
  await service.changes(roomId, 0);
  expect(await service.recent(roomId)).toMatchObject({ lastSeq: 4, lastRev: 4 });
});

test('the cache and the database give the same messages', async () => {
  const roomId = randomUUID();
  await fill(roomId, 7);
  await service.gateway.command('message.react', roomId, ada, { seq: 3, emoji: '🎉', on: true });
  await service.gateway.command('message.delete', roomId, ada, { seq: 5, moderator: false });
  const cached = await service.recent(roomId);
  const { items } = await service.client.request<{ items: Message[] }>(`/rooms/${roomId}/messages`);
  expect(cached?.messages.map((json) => JSON.parse(json) as Message).reverse()).toEqual(items);
});

test('a resume too far behind, or ahead of the room, is a snapshot', async () => {
  const roomId = randomUUID();
  await fill(roomId, 510);
  expect(await service.changes(roomId, 5)).toMatchObject({ mode: 'snapshot', lastRev: 510 });
  expect((await service.changes(roomId, 5)).messages).toHaveLength(50);
  expect(await service.changes(roomId, 900)).toMatchObject({ mode: 'snapshot' });
  expect(await service.changes(roomId, 10)).toMatchObject({ mode: 'resume' });
  expect(await service.recent(roomId, { since: 900 })).toMatchObject({ mode: 'snapshot' });
  expect(stored(await service.gateway.send(roomId, ada, 'on')).seq).toBe(511);
});

test('a catch-up holds the newest 500 changes, says from where on they are whole, and warms the cache', async () => {
  const roomId = randomUUID();
  await fill(roomId, 504);
  await expire(roomId);
  const catchUp = (since: number) => service.client.request<CatchUp>(`/rooms/${roomId}/catch-up`, { query: { since } });
  const whole = await catchUp(4);
  expect(whole).toMatchObject({ from: 4, lastSeq: 504, lastRev: 504 });
  expect(whole.messages).toHaveLength(500);
  expect(await service.recent(roomId)).toMatchObject({ lastRev: 504 });
  const cut = await catchUp(2);
  expect(cut.from).toBe(4);
  expect(cut.messages).toEqual(whole.messages);
  expect(await catchUp(504)).toMatchObject({ from: 504, messages: [], lastRev: 504 });
});

test('a new message behind one that was met again is still a new one: it makes the head of its room', async () => {
  const roomId = randomUUID();
  const partition = partitionOf(roomId, service.partitions);
  const generation = await service.generation.current();
  const change = (kind: 'created' | 'repeated', n: number): MessageChange => {
    const place = { roomId, type: 'message.created', rev: n, seq: n, senderId: ada.id } as const;
    return { ...place, kind, json: JSON.stringify({ text: `m${n}` }), extra: {} };
  };
  const changes = [change('repeated', 1), change('created', 2), change('created', 3)];
  await publishMessages(service.redis, partition, generation, { changes, replies: [], finished: [] });
  expect(await readHead(service.redis, partition, roomId, generation)).toEqual({ lastSeq: 3, lastRev: 3 });
});
