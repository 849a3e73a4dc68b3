import { randomUUID } from 'node:crypto';
import { keys, partitionOf } from '@brook/common/contracts';
import { claimMeta } from '@brook/common/database';
import { preferredReplica } from '@brook/common/streams';
import { eventually } from '@brook/common/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { append } from '../src/repositories/append.js';
import { person, type RunningMessages, startMessages, stored } from './support/service.js';

let service: RunningMessages;

beforeAll(async () => {
  service = await startMessages();
});

afterAll(() => service.stop());

test('a released partition is taken over at once, and nothing waits on its stream', async () => {
  const roomId = randomUUID();
  const ada = person();
  const [first, second] = [service.newOwner(), service.newOwner()];
  await first.start();
  stored(await service.gateway.send(roomId, ada, 'one'));
  await second.start();
  await first.stop();
  const at = performance.now();
  expect(stored(await service.gateway.send(roomId, ada, 'two')).seq).toBe(2);
  expect(performance.now() - at).toBeLessThan(5_000);
  await second.stop();
});

test('a replica that leaves is waited for by nobody, though every partition preferred it', async () => {
  const staying = randomUUID();
  const preferred = (id: string) => [0, 1].every((partition) => preferredReplica(partition, [id, staying]) === id);
  let leaving = randomUUID();
  while (!preferred(leaving)) leaving = randomUUID();
  const [first, second] = [service.newOwner(leaving), service.newOwner(staying)];
  await Promise.all([first.start(), second.start()]);
  await eventually(() => expect(first.held.size).toBe(service.partitions));
  const at = performance.now();
  await first.stop();
  await eventually(() => expect(second.held.size).toBe(service.partitions));
  expect(performance.now() - at).toBeLessThan(1_000);
  await second.stop();
});

test('a former owner is refused by the database', async () => {
  const roomId = randomUUID();
  const partition = partitionOf(roomId, service.partitions);
  const owner = service.newOwner('successor');
  await owner.start();
  try {
    await eventually(() => expect(owner.held.size).toBe(service.partitions));
    const lease = owner.held.get(partition);
    if (!lease) throw new Error('not held');
    const sends = [
      { roomId, senderId: randomUUID(), clientId: randomUUID(), id: randomUUID(), profileJson: '{}', text: 'late', replyTo: 0 },
    ];
    const stale = append(service.pool, { ...lease, owner: 'predecessor', epoch: lease.epoch - 1 }, sends, []);
    await expect(stale).rejects.toMatchObject({ message: expect.stringContaining('not held') });
    expect(await service.prisma.message.count({ where: { roomId } })).toBe(0);
  } finally {
    await owner.stop();
  }
});

test('commands that were committed but not published are published by the successor, with the same numbers', async () => {
  const roomId = randomUUID();
  const ada = person();
  const partition = partitionOf(roomId, service.partitions);
  const first = service.newOwner();
  await first.start();
  const message = stored(await service.gateway.send(roomId, ada, 'committed'));
  await first.stop();
  // As if the owner had died between COMMIT and publication: the command is still on the stream.
  const answer = service.gateway.send(roomId, ada, 'committed', message.clientId);
  await eventually(async () => expect(await service.redis.xlen(keys.commands('messages', partition))).toBe(1));
  const second = service.newOwner();
  await second.start();
  try {
    expect(stored(await answer)).toEqual(message);
  } finally {
    await second.stop();
  }
});

test.each([
  ['with', 'k1'],
  ['without', undefined],
])('a change %s a key that was committed long ago but not published is published, not taken for expired', async (_, idem) => {
  const roomId = randomUUID();
  const ada = person();
  const partition = partitionOf(roomId, service.partitions);
  const stream = keys.commands('messages', partition);
  // Redis' ids only rise: a stream that begins anew takes the id of a minute ago.
  await service.redis.del(stream);
  const id = `${Date.now() - 60_000}-1`;
  const first = service.newOwner();
  await first.start();
  stored(await service.gateway.send(roomId, ada, 'before'));
  const change = { type: 'message.edit' as const, room: roomId, seq: 1, actor: ada.id, text: 'after' };
  const lease = first.held.get(partition);
  if (!lease) throw new Error('not held');
  await append(service.pool, lease, [], [{ ...change, key: idem ?? `entry:${partition}:${id}` }]);
  await first.stop();
  await service.redis.del(stream);
  const data = JSON.stringify({ seq: 1, text: 'after' });
  const fields = ['type', 'message.edit', 'key', roomId, 'actor', JSON.stringify(ada), 'data', data];
  await service.redis.xadd(stream, id, ...fields, ...(idem ? ['idem', idem] : []));
  const second = service.newOwner();
  await second.start();
  try {
    await eventually(async () => expect(await service.redis.xlen(stream)).toBe(0));
    const cached = await service.recent(roomId);
    expect(cached?.messages.map((json) => (JSON.parse(json) as { text: string }).text)).toEqual(['after']);
    const told = service.gateway.seen.filter(({ room, type }) => room === roomId && type === 'message.updated');
    expect(told.map(({ rev }) => rev)).toEqual(['2']);
  } finally {
    await second.stop();
  }
});

test('a boot configured for another number of partitions is refused', async () => {
  const boot = claimMeta(service.prisma, service.partitions + 1);
  await expect(boot).rejects.toThrow('PARTITIONS');
});
