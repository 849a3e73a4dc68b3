import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Credentials, keys, partitionOf } from '@brook/common/contracts';
import { RedisGeneration } from '@brook/common/redis';
import { eventually, type PrivateRedis, startPrivateRedis } from '@brook/common/testing';
import { ReadModelKeeper } from '../src/cache/read-model-keeper.js';
import { DEVICE, type RunningService, startUsers } from './support/running-service.js';

let redis: PrivateRedis;
let users: RunningService;
beforeAll(async () => {
  redis = await startPrivateRedis({ persistent: false });
  users = await startUsers(redis.url);
});
afterAll(async () => {
  await users.stop();
  await redis.stop();
});

const guest = () => users.client.request<Credentials>('/sessions/guest', { method: 'POST', body: { device: DEVICE } });
const end = ({ sessionId }: Credentials) => users.client.request<void>(`/sessions/${sessionId}`, { method: 'DELETE' });
const mark = ({ user, sessionId }: Credentials) =>
  users.redis.get(keys.session(partitionOf(user.id, users.partitions), sessionId));
const runId = async () => /run_id:(\w+)/.exec(await users.redis.call('INFO', 'server').then(String))?.[1];

test('without Redis people sign in, and a revocation is not confirmed until it is known', async () => {
  const before = await guest();
  await redis.halt();
  const during = await guest();
  await expect(end(before)).rejects.toMatchObject({ code: 'unavailable', status: 503 });
  await redis.resume();
  await eventually(() => end(before));
  expect(await mark(before)).toBe('revoked');
  expect(await mark(during)).toBeNull();
  expect(await users.client.request(`/sessions/${during.sessionId}`)).toEqual({ userId: during.user.id, live: true });
  expect(await mark(during)).toBe(`live:${during.user.id}`);
  const partition = partitionOf(before.user.id, users.partitions);
  const { changes } = await users.client.request<{ changes: { data: unknown }[] }>('/changes', { query: { partition } });
  expect(changes.map(({ data }) => data)).toContainEqual({ userId: before.user.id, sessionId: before.sessionId });
});

test('when Redis begins another life, revocations are marked again by themselves', async () => {
  const credentials = await guest();
  await end(credentials);
  const keeper = new ReadModelKeeper(users.context, new RedisGeneration(users.redis, users.context.logger));
  const life = await runId();
  redis.kill();
  await eventually(async () => expect(await runId()).not.toBe(life), { timeout: 15_000 });
  await eventually(async () => expect(await mark(credentials)).toBe('revoked'));
  await keeper.stop();
});
