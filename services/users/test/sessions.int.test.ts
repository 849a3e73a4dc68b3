import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Credentials, keys, partitionOf } from '@brook/common/contracts';
import { type RawEntry, recordChanges, toFields } from '@brook/common/streams';
import { v7 as uuidv7 } from 'uuid';
import { healReadModel } from '../src/cache/heal-read-model.js';
import { refreshSession } from '../src/commands/refresh-session.js';
import { cleanOnce } from '../src/housekeeping.js';
import { CommandResultRepository } from '../src/repositories/command-result-repository.js';
import { DEVICE, type RunningService, startUsers } from './support/running-service.js';

let users: RunningService;
beforeAll(async () => {
  users = await startUsers();
});
afterAll(() => users.stop());

const guest = () => users.client.request<Credentials>('/sessions/guest', { method: 'POST', body: { device: DEVICE } });
const refresh = (refreshToken: string) =>
  users.client.request<Credentials>('/sessions/refresh', { method: 'POST', body: { refreshToken, device: DEVICE } });
const look = (id: string) => users.client.request<{ userId: string; live: boolean }>(`/sessions/${id}`);
const end = (id: string) => users.client.request<void>(`/sessions/${id}`, { method: 'DELETE' });
const markKey = ({ user, sessionId }: Credentials) => keys.session(partitionOf(user.id, users.partitions), sessionId);
const mark = (credentials: Credentials) => users.redis.get(markKey(credentials));
const unauthenticated = { code: 'unauthenticated', status: 401 };

describe('refreshing', () => {
  test('trades the token for a new one of the same session', async () => {
    const first = await guest();
    const second = await refresh(first.refreshToken);
    expect(second).toMatchObject({ user: first.user, sessionId: first.sessionId, expiresIn: 900 });
    expect(second.refreshToken).not.toBe(first.refreshToken);
    expect((await refresh(second.refreshToken)).sessionId).toBe(first.sessionId);
  });

  test('any old token of the family ends the session, for the newest token too', async () => {
    const first = await guest();
    const second = await refresh(first.refreshToken);
    const third = await refresh(second.refreshToken);
    await expect(refresh(first.refreshToken)).rejects.toMatchObject(unauthenticated);
    expect(await mark(first)).toBe('revoked');
    await expect(refresh(third.refreshToken)).rejects.toMatchObject(unauthenticated);
    expect(await look(first.sessionId)).toEqual({ userId: first.user.id, live: false });
  });

  test('of many at once with one token exactly one wins', async () => {
    const { refreshToken, sessionId } = await guest();
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => refresh(refreshToken)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const outcome of outcomes) if (outcome.status === 'rejected') expect(outcome.reason).toMatchObject(unauthenticated);
    expect(await users.prisma.refreshToken.count({ where: { sessionId } })).toBe(2);
    expect(await users.prisma.change.count({ where: { data: { path: ['sessionId'], equals: sessionId } } })).toBe(1);
  });

  test('refuses what was never issued, and what has expired', async () => {
    await expect(refresh('never-issued')).rejects.toMatchObject(unauthenticated);
    const { refreshToken } = await guest();
    const later = { ...users.context, now: () => new Date(Date.now() + 31 * 24 * 3600 * 1000) };
    await expect(refreshSession(later, refreshToken, DEVICE)).rejects.toMatchObject(unauthenticated);
  });

  test('lets the session live 30 days from its last use', async () => {
    const { refreshToken, sessionId } = await guest();
    const later = new Date(Date.now() + 29 * 24 * 3600 * 1000);
    await refreshSession({ ...users.context, now: () => later }, refreshToken, DEVICE);
    const { expiresAt, lastUsedAt } = await users.prisma.session.findUniqueOrThrow({ where: { id: sessionId } });
    expect(lastUsedAt).toEqual(later);
    expect(expiresAt.getTime() - later.getTime()).toBe(30 * 24 * 3600 * 1000);
  });
});

describe('ending a session', () => {
  test('is known to every gateway when it is answered, and may be repeated', async () => {
    const credentials = await guest();
    expect(await look(credentials.sessionId)).toEqual({ userId: credentials.user.id, live: true });
    await end(credentials.sessionId);
    expect(await mark(credentials)).toBe('revoked');
    expect(await users.redis.ttl(markKey(credentials))).toBeGreaterThan(24 * 3600);
    expect(await look(credentials.sessionId)).toEqual({ userId: credentials.user.id, live: false });
    await expect(refresh(credentials.refreshToken)).rejects.toMatchObject(unauthenticated);
    await end(credentials.sessionId);
    await end(uuidv7());
  });

  test('is announced once, with its number', async () => {
    const credentials = await guest();
    await end(credentials.sessionId);
    await end(credentials.sessionId);
    const partition = partitionOf(credentials.user.id, users.partitions);
    const entries = (await users.redis.xrange(keys.events('users', partition), '-', '+')) as RawEntry[];
    const mine = entries.map(([, flat]) => toFields(flat)).filter(({ key }) => key === credentials.user.id);
    expect(mine).toHaveLength(1);
    const { head } = await users.client.request<{ head: number }>('/changes', { query: { partition, after: 0 } });
    expect({ ...mine[0], data: JSON.parse(mine[0]?.['data'] ?? '') as unknown }).toEqual({
      type: 'session.revoked',
      n: String(head),
      key: credentials.user.id,
      data: { userId: credentials.user.id, sessionId: credentials.sessionId },
    });
  });

  test('is never undone by a warmer that read the database before', async () => {
    const credentials = await guest();
    const seenLive = await users.context.sessions.find(credentials.sessionId);
    if (seenLive === null) throw new Error('the session was not stored');
    await users.redis.del(markKey(credentials));
    await end(credentials.sessionId);
    await users.context.sessionCache.warm(seenLive, new Date());
    expect(await mark(credentials)).toBe('revoked');
  });

  test('overwrites what a warmer stored in between', async () => {
    const credentials = await guest();
    await users.redis.del(markKey(credentials));
    await look(credentials.sessionId);
    expect(await mark(credentials)).toBe(`live:${credentials.user.id}`);
    await end(credentials.sessionId);
    expect(await mark(credentials)).toBe('revoked');
  });

  test('is marked again after Redis has lost its newest writes', async () => {
    const credentials = await guest();
    await end(credentials.sessionId);
    await users.redis.set(markKey(credentials), `live:${credentials.user.id}`);
    expect((await healReadModel(users.context)).sessions).toBeGreaterThan(0);
    expect(await mark(credentials)).toBe('revoked');
  });
});

describe('looking at a session', () => {
  test('warms the read model for at most a day', async () => {
    const credentials = await guest();
    await users.redis.flushdb();
    await look(credentials.sessionId);
    expect(await mark(credentials)).toBe(`live:${credentials.user.id}`);
    const ttl = await users.redis.ttl(markKey(credentials));
    expect(ttl).toBeGreaterThan(0);
    expect(ttl).toBeLessThanOrEqual(24 * 3600);
  });

  test('knows no session that never was', async () => {
    await expect(look(uuidv7())).rejects.toMatchObject({ code: 'not_found' });
    await expect(look('no-uuid')).rejects.toMatchObject({ code: 'validation_failed' });
  });
});

test('expired sessions and old answers are removed, others stay', async () => {
  const gone = await guest();
  const kept = await guest();
  await users.prisma.session.update({
    where: { id: gone.sessionId },
    data: { expiresAt: new Date(Date.now() - 25 * 3600 * 1000) },
  });
  await users.prisma.commandResult.createMany({
    data: [
      { actorId: gone.user.id, key: 'old', result: {}, createdAt: new Date(Date.now() - 25 * 3600 * 1000) },
      { actorId: gone.user.id, key: 'new', result: {} },
    ],
  });
  await cleanOnce(users.context, new CommandResultRepository(users.prisma));
  expect(await users.context.sessions.find(gone.sessionId)).toBeNull();
  expect(await users.prisma.refreshToken.count({ where: { sessionId: gone.sessionId } })).toBe(0);
  expect(await users.context.sessions.find(kept.sessionId)).not.toBeNull();
  expect((await users.prisma.commandResult.findMany({ where: { actorId: gone.user.id } })).map(({ key }) => key)).toEqual([
    'new',
  ]);
});

test('changes older than a week are told no more, but the newest of a partition; who reads on from below learns that', async () => {
  const { user } = await guest();
  const drafts = Array.from({ length: 8 }, () => ({ type: 'user.updated', key: uuidv7(), data: { user } }));
  await recordChanges(users.prisma, users.context.partitions, drafts);
  const heads = await users.context.changes.heads(users.context.partitions);
  const feed = () => Promise.all(Object.keys(heads).map((partition) => users.context.changes.page(Number(partition), 0, 1_000)));
  const numbers = async () => (await feed()).map(({ changes }) => changes.map(({ n }) => n));
  const before = await numbers();
  await cleanOnce(users.context, new CommandResultRepository(users.prisma));
  expect(await numbers()).toEqual(before);
  await users.prisma.change.updateMany({ data: { createdAt: new Date(Date.now() - 8 * 24 * 3600 * 1000) } });
  await cleanOnce(users.context, new CommandResultRepository(users.prisma));
  const newest = before.map((all) => all.slice(-1));
  expect(await numbers()).toEqual(newest);
  expect((await feed()).map(({ trimmed }) => trimmed)).toEqual(newest.map(([n = 1]) => n - 1));
});

test('no token is logged', async () => {
  const credentials = await guest();
  const next = await refresh(credentials.refreshToken);
  await expect(refresh(credentials.refreshToken)).rejects.toMatchObject(unauthenticated);
  const log = users.log.join('\n');
  expect(log).toContain('/internal/sessions/refresh');
  for (const secret of [credentials.accessToken, credentials.refreshToken, next.accessToken, next.refreshToken])
    expect(log).not.toContain(secret);
});
