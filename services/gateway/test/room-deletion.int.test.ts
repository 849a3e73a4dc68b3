import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keys, partitionOf } from '@brook/common/contracts';
import { eventually } from '@brook/common/testing';
import { Redis } from 'ioredis';
import { expectStatus, Rest } from './support/rest.js';
import { SocketClient } from './support/socket-client.js';
import { type Stack, startStack } from './support/stack.js';
import { findTraces } from './support/traces.js';

const PARTITIONS = 2;
let stack: Stack;
let rest: Rest;

beforeAll(async () => {
  stack = await startStack({ partitions: PARTITIONS });
  rest = new Rest(stack.url);
}, 90_000);
afterAll(() => stack?.stop());

/** What may stay: the id in the list of closed rooms, and the change that tells late followers of the deletion. */
const TOMBSTONES = ['messages.closed_rooms', 'rooms.changes'];

test('within 60 s nothing of a deleted room is left in any table, key or stream', async () => {
  const [ann, bob, eve] = await Promise.all([rest.signUp(), rest.signUp(), rest.signUp()]);
  const headers = { 'idempotency-key': 'the-room' };
  const create = () => rest.call('POST', '/rooms', { token: ann.token, headers, body: { name: 'Sandcastle', topic: 'Tides' } });
  const { id } = expectStatus(await create(), 201).room as { id: string };
  const other = await rest.createRoom(ann);
  for (const person of [bob, eve]) await rest.join(person, id);
  const [one, two] = await Promise.all([SocketClient.enter(stack.url, ann.token), SocketClient.enter(stack.url, bob.token)]);
  for (const socket of [one, two]) expect(await socket.request('room.subscribe', { roomId: id })).toMatchObject({ type: 'ack' });
  const message = await rest.send(ann, id, 'moat');
  expectStatus(await rest.call('PATCH', `/rooms/${id}/messages/1`, { token: ann.token, body: { text: 'tower' } }), 200);
  expect(await two.request('message.react', { roomId: id, seq: 1, emoji: '👍', on: true })).toMatchObject({ type: 'ack' });
  expect(await two.request('room.read', { roomId: id, seq: 1 })).toMatchObject({ type: 'ack' });
  two.send({ type: 'typing', roomId: id });
  expectStatus(await rest.call('PATCH', `/rooms/${id}`, { token: ann.token, body: { topic: 'Waves' } }), 200);
  expectStatus(await rest.call('PUT', `/rooms/${id}/bans/${eve.user.id}`, { token: ann.token }), 204);
  await rest.send(ann, other.id, `remember ${id}`);
  await buryCommand(id);
  const urls = { databaseUrl: stack.databaseUrl, redisUrl: stack.redisUrl };
  const before = await findTraces(urls, id);
  for (const place of ['messages.messages', 'messages.reactions', 'messages.bans', 'messages.command_results', 'rooms.heads'])
    expect(before).toContain(place);
  const stays = await findTraces(urls, `remember ${id}`);
  expect(stays).toContain('messages.messages');

  expectStatus(await rest.call('DELETE', `/rooms/${id}`, { token: ann.token }), 204);
  const begun = performance.now();
  await eventually(
    async () => {
      // Another room's message that mentions the id is that room's: it stays where it was, and nothing else does.
      const left = await findTraces(urls, id);
      const mention = await findTraces(urls, `remember ${id}`);
      expect(mention).toContain('messages.messages');
      expect(left).toEqual([...mention, ...TOMBSTONES].sort());
    },
    { timeout: 60_000, interval: 500 },
  );
  expect(performance.now() - begun).toBeLessThan(60_000);
  for (const text of ['Sandcastle', 'Tides', 'Waves', 'tower', message.id]) expect(await findTraces(urls, text)).toEqual([]);
  // The stored answer is gone, but not that there was one: the same key makes no second room.
  expect(await create()).toMatchObject({ status: 404, body: { code: 'not_found' } });
  expect(await rest.send(ann, other.id, 'next')).toMatchObject({ seq: 2 });
  await Promise.all([one.leave(), two.leave()]);
}, 90_000);

/** A command that was given up on, as a service leaves it. */
async function buryCommand(roomId: string): Promise<void> {
  const redis = new Redis(stack.redisUrl);
  const fields = JSON.stringify(['type', 'message.edit', 'key', roomId, 'data', '{}']);
  for (const service of ['messages', 'rooms'] as const)
    await redis.xadd(
      keys.deadLetters(service, partitionOf(roomId, PARTITIONS)),
      '*',
      'entry',
      '1-1',
      'error',
      'x',
      'fields',
      fields,
    );
  redis.disconnect();
}
