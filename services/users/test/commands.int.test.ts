import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type AnyChange, type Credentials, keys, partitionOf, type User, type UsersChanges } from '@brook/common/contracts';
import { Registry } from '@brook/common/metrics';
import { closeRedis, type RedisClient } from '@brook/common/redis';
import { CommandProducer, type RawEntry, toFields } from '@brook/common/streams';
import { eventually } from '@brook/common/testing';
import { v7 as uuidv7 } from 'uuid';
import { healReadModel } from '../src/cache/heal-read-model.js';
import { createUserCommands } from '../src/consumers/user-commands.js';
import { DEVICE, type RunningService, startUsers } from './support/running-service.js';

let users: RunningService;
let owner: ReturnType<typeof createUserCommands>;
let redis: RedisClient;
let producer: CommandProducer;

beforeAll(async () => {
  users = await startUsers();
  owner = createUserCommands({
    ...users.context,
    prisma: users.prisma,
    redis: users.redis,
    connect: users.connect,
    metrics: new Registry(),
    replica: uuidv7(),
  });
  await owner.start();
  redis = users.connect('producer');
  await eventually(() => redis.status === 'ready');
  producer = new CommandProducer(redis, { partitions: users.partitions, backlogLimit: 1_000 });
  await eventually(() => owner.held.size === users.partitions);
});
afterAll(async () => {
  await owner.stop();
  closeRedis(redis);
  await users.stop();
});

const guest = async () =>
  (await users.client.request<Credentials>('/sessions/guest', { method: 'POST', body: { device: DEVICE } })).user;
const eventsOf = async (userId: string) =>
  ((await users.redis.xrange(keys.events('users', partitionOf(userId, users.partitions)), '-', '+')) as RawEntry[]).map(
    ([, flat]) => toFields(flat),
  );
const cached = async (userId: string) =>
  JSON.parse((await users.redis.get(keys.user(partitionOf(userId, users.partitions), userId))) ?? 'null') as User | null;
const changesOf = async (partition: number) =>
  users.client.request<{ changes: AnyChange<UsersChanges>[]; head: number }>('/changes', { query: { partition } });

interface Update {
  data: object;
  idem?: string;
  key?: string;
}

/** Sends `user.update` as a gateway does and waits for its answer. */
async function update(
  actor: User,
  { data, idem = uuidv7(), key = actor.id }: Update,
): Promise<{ status: string; body: unknown }> {
  const ref = uuidv7();
  const fields = {
    type: 'user.update',
    key,
    actor: JSON.stringify(actor),
    data: JSON.stringify(data),
    idem,
    gateway: 'test',
    ref,
  };
  await producer.send('users', fields);
  return eventually(async () => {
    const answer = (await eventsOf(key)).find((entry) => entry['ref'] === ref);
    return answer !== undefined && { status: answer['status'] ?? '', body: JSON.parse(answer['body'] ?? '') as unknown };
  });
}

describe('user.update', () => {
  test('changes the profile, announces it with its number and has it in the read model when it answers', async () => {
    const user = await guest();
    const expected = { ...user, displayName: 'Visitor', avatarUrl: 'https://example.org/a.png' };
    const answer = await update(user, { data: { displayName: ' Visitor ', avatarUrl: 'https://example.org/a.png' } });
    expect(answer).toEqual({ status: 'ok', body: { user: expected } });
    expect(await cached(user.id)).toEqual({ ...expected, version: 2 });
    expect(await users.client.request(`/users/by-name/${user.username}`)).toEqual({ user: expected });
    const { changes } = await changesOf(partitionOf(user.id, users.partitions));
    const change = changes.find(({ key }) => key === user.id);
    expect(change).toMatchObject({ type: 'user.updated', data: { user: expected } });
    const announced = (await eventsOf(user.id)).find(({ type, key }) => type === 'user.updated' && key === user.id);
    expect(announced?.['n']).toBe(String(change?.n));
  });

  test('answers a repetition as the first time and announces it under the same number', async () => {
    const user = await guest();
    const idem = uuidv7();
    const first = await update(user, { data: { displayName: 'First' }, idem });
    await users.redis.del(keys.user(partitionOf(user.id, users.partitions), user.id));
    expect(await update(user, { data: { displayName: 'Second' }, idem })).toEqual(first);
    expect((await cached(user.id))?.displayName).toBe('First');
    const numbers = (await eventsOf(user.id))
      .filter(({ type, key }) => type === 'user.updated' && key === user.id)
      .map(({ n }) => n);
    expect(new Set(numbers).size).toBe(1);
  });

  test('takes no number when nothing changes', async () => {
    const user = await guest();
    const partition = partitionOf(user.id, users.partitions);
    const before = (await changesOf(partition)).head;
    expect(await update(user, { data: { displayName: user.displayName } })).toEqual({ status: 'ok', body: { user } });
    expect((await changesOf(partition)).head).toBe(before);
  });

  test('refuses what is not allowed or not valid', async () => {
    const [user, other] = [await guest(), await guest()];
    expect(await update(user, { data: { displayName: 'Thief' }, key: other.id })).toMatchObject({
      status: 'error',
      body: { code: 'forbidden' },
    });
    expect(await update(user, { data: { avatarUrl: 'javascript:alert(1)' } })).toMatchObject({
      status: 'error',
      body: { code: 'validation_failed' },
    });
    const unknown = { ...user, id: uuidv7() };
    expect(await update(unknown, { data: { displayName: 'Nobody' } })).toMatchObject({
      status: 'error',
      body: { code: 'not_found' },
    });
    expect((await cached(other.id))?.displayName).toBe(other.displayName);
  });

  test('is written again to a read model that forgot it', async () => {
    const user = await guest();
    await update(user, { data: { displayName: 'Remembered' } });
    const key = keys.user(partitionOf(user.id, users.partitions), user.id);
    await users.redis.set(key, JSON.stringify({ ...user, version: 1 }));
    await healReadModel(users.context);
    expect((await cached(user.id))?.displayName).toBe('Remembered');
  });
});

describe('the numbered feed', () => {
  test('is dense when commands and revocations race', async () => {
    const people = await Promise.all(Array.from({ length: 12 }, guest));
    await Promise.all(
      people.flatMap((user, i) => [
        update(user, { data: { displayName: `Racer ${i}` } }),
        users.client
          .request<Credentials>('/sessions/guest', { method: 'POST', body: { device: DEVICE } })
          .then(({ sessionId }) => users.client.request(`/sessions/${sessionId}`, { method: 'DELETE' })),
      ]),
    );
    const { heads } = await users.client.request<{ heads: Record<string, number> }>('/changes/heads');
    expect(Object.keys(heads)).toEqual(['0', '1', '2']);
    for (let partition = 0; partition < users.partitions; partition++) {
      const { changes, head } = await changesOf(partition);
      expect(changes.map(({ n }) => n)).toEqual(Array.from({ length: head }, (_, i) => i + 1));
      expect(changes.every(({ key }) => partitionOf(key, users.partitions) === partition)).toBe(true);
      expect(heads[partition]).toBe(head);
    }
    expect(Object.values(heads).reduce((sum, n) => sum + n, 0)).toBeGreaterThanOrEqual(24);
  });

  test('is read in pages', async () => {
    const page = await users.client.request<{ changes: { n: number }[]; head: number }>('/changes', {
      query: { partition: 0, after: 1, limit: 2 },
    });
    expect(page.changes.map(({ n }) => n)).toEqual([2, 3]);
    for (const query of [{ partition: 3 }, { partition: 0, limit: 0 }, { partition: 0, after: -1 }, {}])
      await expect(users.client.request('/changes', { query })).rejects.toMatchObject({ code: 'validation_failed' });
  });
});

test('nothing secret stands in the streams or the log', async () => {
  const password = 'a password nobody may read';
  const { refreshToken, accessToken, user } = await users.client.request<Credentials>('/accounts', {
    method: 'POST',
    body: { username: 'secretive', password, device: DEVICE },
  });
  await update(user, { data: { displayName: 'Secretive' } });
  const { passwordHash } = await users.prisma.credential.findUniqueOrThrow({ where: { userId: user.id } });
  const streams = await Promise.all(
    Array.from({ length: users.partitions }, (_, p) => users.redis.xrange(keys.events('users', p), '-', '+')),
  );
  for (const text of [JSON.stringify(streams), users.log.join('')])
    for (const secret of [password, refreshToken, accessToken, passwordHash]) expect(text).not.toContain(secret);
});
