import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keys, partitionOf, type Room } from '@brook/common/contracts';
import { closeRedis, connectRedis } from '@brook/common/redis';
import { assertHeld, FencedError } from '@brook/common/streams';
import { eventually } from '@brook/common/testing';
import { v7 as uuidv7 } from 'uuid';
import { Harness, newUser, PARTITIONS } from './harness.js';

let rooms: Harness;
beforeAll(async () => {
  rooms = await Harness.start();
});
afterAll(() => rooms.stop());

const feedOf = async (partition: number) =>
  (await rooms.http.request<{ changes: { n: number }[] }>('/changes', { query: { partition, after: 0, limit: 1_000 } })).changes;

/** The stored feed is dense, and the stream told it whole and in order. */
async function expectDense(): Promise<void> {
  const { heads } = await rooms.http.request<{ heads: Record<string, number> }>('/changes/heads');
  expect(Object.keys(heads)).toHaveLength(PARTITIONS);
  for (const [partition, head] of Object.entries(heads)) {
    const stored = await feedOf(Number(partition));
    expect(stored.map(({ n }) => n)).toEqual(Array.from({ length: head }, (_, i) => i + 1));
    const told = rooms.events.filter((event) => event.n !== undefined && event.partition === Number(partition));
    expect([...new Set(told.map(({ n }) => Number(n)))]).toEqual(stored.map(({ n }) => n));
  }
}

test('a former owner is refused by the database', async () => {
  const held = await eventually(async () => {
    const lease = await rooms.prisma.lease.findFirst({ where: { owner: { not: '' } } });
    return lease ? { partition: lease.partition, owner: lease.owner, epoch: Number(lease.epoch) } : false;
  });
  const check = (lease: typeof held) => rooms.prisma.$transaction((tx) => assertHeld(tx, lease));
  await check(held);
  await expect(check({ ...held, epoch: held.epoch - 1 })).rejects.toThrow(FencedError);
  await expect(check({ ...held, owner: 'somebody else' })).rejects.toThrow(FencedError);
});

describe('a command', () => {
  test('is done once for one key, also when both come at once', async () => {
    const owner = newUser();
    const idem = uuidv7();
    const id = uuidv7();
    const data = { name: 'Once', topic: '', visibility: 'public', kind: 'group' } as const;
    const [first, second] = await Promise.all([
      rooms.send('room.create', id, owner, data, { idem }),
      rooms.send('room.create', id, owner, data, { idem }),
    ]);
    expect(second).toEqual(first);
    const user = newUser();
    const joined = await rooms.send('member.join', id, user, { lastSeq: 0 }, { idem: 'k1' });
    await rooms.send('member.leave', id, user, {}, { idem: 'k2' });
    expect(await rooms.send('member.join', id, user, { lastSeq: 5 }, { idem: 'k1' })).toEqual(joined);
    const stored = await feedOf(partitionOf(id, PARTITIONS));
    const types = (stored as unknown as { key: string; type: string }[]).filter(({ key }) => key === id).map(({ type }) => type);
    expect(types).toEqual(['room.created', 'member.joined', 'member.joined', 'member.left']);
    expect(await rooms.prisma.member.count({ where: { roomId: id } })).toBe(1);
  });

  test('without a key that was committed but could not be published is published later, as it was', async () => {
    const room = await rooms.createRoom(newUser());
    const user = newUser();
    const partition = partitionOf(room.id, PARTITIONS);
    const events = keys.events('rooms', partition);
    await rooms.redis.rename(events, `${events}:aside`);
    await rooms.redis.set(events, 'no stream: XADD fails after the commit');
    const answer = rooms.send('member.join', room.id, user, { lastSeq: 0 }, { idem: null });
    await eventually(async () => (await rooms.prisma.member.count({ where: { roomId: room.id } })) === 2);
    await rooms.redis.rename(`${events}:aside`, events);
    expect((await answer).membership.userId).toBe(user.id);
    expect(await rooms.redis.xlen(keys.commands('rooms', partition))).toBe(0);
    const joins = rooms.changesOf(room.id).filter(({ type, data }) => type === 'member.joined' && data.user.id === user.id);
    expect(joins).toHaveLength(1);
    await expectDense();
  });

  test('that can never be executed goes to the dead letters, and the others go on', async () => {
    const owner = newUser();
    const room = await rooms.createRoom(owner);
    const partition = partitionOf(room.id, PARTITIONS);
    const before = await rooms.redis.xlen(keys.deadLetters('rooms', partition));
    const target = { ...newUser(), displayName: 'no \u0000 in Postgres' };
    const users = Array.from({ length: 10 }, () => newUser());
    const good = users.map((user) => rooms.join(room, user));
    const poison = rooms.send('member.put', room.id, owner, { target, lastSeq: 0 });
    const later = rooms.join(room, newUser());
    expect(await rooms.refusal(poison)).toBe('internal');
    await Promise.all([...good, later]);
    await rooms.redis.xadd(keys.commands('rooms', partition), '*', 'type', 'no.such', 'key', room.id);
    await eventually(async () => (await rooms.redis.xlen(keys.deadLetters('rooms', partition))) === before + 2);
    expect((await rooms.join(room, newUser())).membership.role).toBe('member');
    expect(await rooms.prisma.attempt.count()).toBe(0);
    expect(await rooms.prisma.room.findUnique({ where: { id: room.id } })).toMatchObject({ memberCount: 13 });
    await expectDense();
  });

  test('100 joins, leaves and bans at once leave members, count, read model and feed in agreement', async () => {
    const owner = newUser();
    const room = await rooms.createRoom(owner);
    const users = Array.from({ length: 100 }, () => newUser());
    // Warmed and read while everything changes: the hash is complete or absent, never half.
    const readers = Array.from({ length: 30 }, () =>
      rooms.http.request(`/rooms/${room.id}/access`, { query: { userId: owner.id } }),
    );
    await Promise.allSettled([
      ...users.map((user) => rooms.join(room, user)),
      ...users.filter((_, i) => i % 3 === 0).map((user) => rooms.send('member.leave', room.id, user, {})),
      ...users.filter((_, i) => i % 4 === 0).map((user) => rooms.send('ban.put', room.id, owner, { target: user })),
      ...readers,
    ]);
    await expectConsistent(room);
    await expectDense();
  });
});

/** Members, count, bans, the stream's story and the read model say the same. */
async function expectConsistent(room: Room): Promise<void> {
  const members = (await rooms.prisma.member.findMany({ where: { roomId: room.id } })).map(({ userId }) => userId).sort();
  const bans = (await rooms.prisma.ban.findMany({ where: { roomId: room.id } })).map(({ userId }) => userId).sort();
  const stored = await rooms.prisma.room.findUniqueOrThrow({ where: { id: room.id } });
  expect(stored.memberCount).toBe(members.length);
  const told = new Set<string>();
  for (const change of rooms.changesOf(room.id)) {
    if (change.type === 'member.joined') told.add(change.data.user.id);
    if (change.type === 'member.left') told.delete(change.data.user.id);
    if (change.type === 'member.joined' || change.type === 'member.left') expect(change.data.room.memberCount).toBe(told.size);
  }
  expect([...told].sort()).toEqual(members);
  await rooms.http.request(`/rooms/${room.id}/access`, { query: { userId: stored.ownerId } });
  const info = await rooms.info(room.id);
  expect(Object.keys(info?.members ?? {}).sort()).toEqual(members);
  expect(info?.bans.sort()).toEqual(bans);
  expect(info?.room.memberCount).toBe(members.length);
}

describe('take-over', () => {
  test('commands sent while replicas come and go are all done once', async () => {
    const room = await rooms.createRoom(newUser());
    const other = await rooms.createRoom(newUser());
    const users = Array.from({ length: 120 }, () => newUser());
    const second = await rooms.startService();
    const answers: Promise<unknown>[] = [];
    const join = (from: number, to: number) => {
      for (const user of users.slice(from, to)) answers.push(rooms.join(room, user), rooms.join(other, user));
    };
    join(0, 40);
    const third = await rooms.startService();
    join(40, 80);
    await second.stop();
    join(80, 120);
    await third.stop();
    await Promise.all(answers);
    await expectConsistent(room);
    await expectConsistent(other);
    await expectDense();
    const leases = await rooms.prisma.lease.findMany();
    expect(leases.every(({ epoch }) => epoch >= 1n)).toBe(true);
  });

  test('a last replica that stops leaves its commands to the next', async () => {
    const fresh = await Harness.start({ redisUrl: await ownRedisUrl() });
    const room = await fresh.createRoom(newUser());
    await fresh.stopService();
    expect((await fresh.prisma.lease.findMany()).map(({ owner }) => owner)).toEqual(['', '']);
    const answer = fresh.join(room, newUser());
    const next = await fresh.startService();
    expect((await answer).membership.roomId).toBe(room.id);
    await next.stop();
    await fresh.stop();
  });
});

/** Another logical database of the same server, emptied: streams of two services must not meet. */
async function ownRedisUrl(): Promise<string> {
  const url = new URL(process.env['BROOK_TEST_REDIS_URL'] ?? '');
  url.pathname = `/${Number(process.env['JEST_WORKER_ID'] ?? 1) + 31}`;
  const client = connectRedis({ REDIS_URL: url.toString() }, 'commands', rooms.logger);
  await client.flushdb();
  closeRedis(client);
  return url.toString();
}
