import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  type AdminUser,
  type AuditEntry,
  type Credentials,
  keys,
  type Page,
  partitionOf,
  type SessionItem,
} from '@brook/common/contracts';
import { type RawEntry, toFields } from '@brook/common/streams';
import { countVisit } from '../src/commands/count-visit.js';
import { cleanOnce } from '../src/housekeeping.js';
import { CommandResultRepository } from '../src/repositories/command-result-repository.js';
import { DEVICE, PASSWORD, type RunningService, startUsers } from './support/running-service.js';

let users: RunningService;
beforeAll(async () => {
  users = await startUsers();
});
afterAll(() => users.stop());

let made = 0;
const post = <T>(path: string, body: object) => users.client.request<T>(path, { method: 'POST', body });
const signUp = (username = `person${++made}`) => post<Credentials>('/accounts', { username, password: PASSWORD, device: DEVICE });
const logIn = (username: string, password = PASSWORD) => post<Credentials>('/sessions', { username, password, device: DEVICE });
const guest = () => post<Credentials>('/sessions/guest', { device: DEVICE });
const byOf = ({ user }: Pick<Credentials, 'user'>) => ({ id: user.id, username: user.username, ip: '198.51.100.9' });
const mark = ({ user, sessionId }: Credentials) =>
  users.redis.get(keys.session(partitionOf(user.id, users.partitions), sessionId));
const lines = async () => (await users.client.request<Page<AuditEntry>>('/admin/audit', { query: { limit: 100 } })).items;
const newestOf = async (action: string) => (await lines()).find((line) => line.action === action);

describe('own sessions', () => {
  test('are listed newest first, page by page, with device and network', async () => {
    const first = await signUp();
    const second = await logIn(first.user.username);
    const path = `/users/${first.user.id}/sessions`;
    const page = await users.client.request<Page<SessionItem>>(path, { query: { limit: 1 } });
    expect(page.items).toMatchObject([{ id: second.sessionId, userAgent: 'Tests/1.0', ip: '203.0.113.0', current: false }]);
    const rest = await users.client.request<Page<SessionItem>>(path, { query: { cursor: page.nextCursor ?? '' } });
    expect(rest).toMatchObject({ items: [{ id: first.sessionId }], nextCursor: null });
    await expect(users.client.request(path, { query: { cursor: 'x' } })).rejects.toMatchObject({ code: 'validation_failed' });
  });

  test('only one of one’s own can be ended', async () => {
    const [mine, other] = [await signUp(), await signUp()];
    const end = (of: Credentials, sessionId: string) =>
      post(`/users/${of.user.id}/sessions/${sessionId}/revoke`, { by: byOf(of) });
    await expect(end(mine, other.sessionId)).rejects.toMatchObject({ code: 'not_found' });
    expect(await mark(other)).toMatch(/^live:/);
    await end(other, other.sessionId);
    await end(other, other.sessionId);
    expect(await mark(other)).toBe('revoked');
  });
});

describe('password', () => {
  const change = (of: Credentials, currentPassword: string, newPassword: string) =>
    post(`/users/${of.user.id}/password`, { currentPassword, newPassword, sessionId: of.sessionId, by: byOf(of) });

  test('a change ends every other session and tells so once', async () => {
    const [mine] = [await signUp()];
    const other = await logIn(mine.user.username);
    await expect(change(mine, 'not it at all', 'another long one')).rejects.toMatchObject({ code: 'invalid_credentials' });
    await change(mine, PASSWORD, 'another long one');
    expect([await mark(mine), await mark(other)]).toEqual([`live:${mine.user.id}`, 'revoked']);
    await expect(logIn(mine.user.username)).rejects.toMatchObject({ code: 'invalid_credentials' });
    await logIn(mine.user.username, 'another long one');
    const feed = (await users.redis.xrange(
      keys.events('users', partitionOf(mine.user.id, users.partitions)),
      '-',
      '+',
    )) as RawEntry[];
    const told = feed.map(([, flat]) => toFields(flat)).filter(({ key }) => key === mine.user.id);
    expect(told).toMatchObject([{ type: 'sessions.revoked' }]);
    expect(JSON.parse(told[0]?.['data'] ?? '')).toEqual({ userId: mine.user.id, exceptSessionId: mine.sessionId });
  });

  test('of two changes at once one wins', async () => {
    const mine = await signUp();
    const outcomes = await Promise.allSettled(
      ['one long password', 'two long passwords'].map((next) => change(mine, PASSWORD, next)),
    );
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  test('one that everybody tries is refused wherever one is chosen', async () => {
    const mine = await signUp();
    const refused = { code: 'validation_failed' };
    await expect(change(mine, PASSWORD, 'Password123')).rejects.toMatchObject(refused);
    await expect(post('/accounts', { username: 'common', password: '12345678', device: DEVICE })).rejects.toMatchObject(refused);
    await expect(post('/admins', { username: 'common', password: 'qwertyuiop' })).rejects.toMatchObject(refused);
  });
});

describe('guests', () => {
  const upgrade = (of: Credentials, username: string) =>
    post<{ user: Credentials['user'] }>(`/users/${of.user.id}/upgrade`, { username, password: PASSWORD, by: byOf(of) });

  test('become members under the same id, and their session goes on', async () => {
    const visitor = await guest();
    const { user } = await upgrade(visitor, 'Settled');
    expect(user).toMatchObject({ id: visitor.user.id, username: 'Settled', displayName: 'Settled', kind: 'member' });
    expect(await mark(visitor)).toMatch(/^live:/);
    expect((await logIn('settled')).user).toEqual(user);
    await expect(upgrade(visitor, 'again')).rejects.toMatchObject({ code: 'conflict' });
  });

  test('under a free name only, also when two want it at once', async () => {
    const { user } = await signUp();
    await expect(upgrade(await guest(), user.username.toUpperCase())).rejects.toMatchObject({ code: 'username_taken' });
    const two = [await guest(), await guest()];
    const outcomes = await Promise.allSettled(two.map((one) => upgrade(one, 'wanted')));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });
});

test('a name that looks like another one is taken', async () => {
  await signUp('paypal');
  for (const fake of ['раураl', 'РAYPAL', 'ｐａｙｐａｌ'])
    await expect(signUp(fake)).rejects.toMatchObject({ code: 'username_taken' });
});

describe('admins', () => {
  const act = (name: string, of: Credentials, by: object, body: object = {}) =>
    post<{ user: AdminUser }>(`/admin/users/${of.user.id}/${name}`, { by, ...body });
  const boss = { id: '018f0000-0000-7000-8000-00000000b055', username: 'boss', ip: '198.51.100.9' };

  test('block: no session goes on, none begins; unblocked, one may', async () => {
    const bad = await signUp();
    const { user } = await act('block', bad, boss);
    expect(user.blockedAt).not.toBeNull();
    expect(await mark(bad)).toBe('revoked');
    const refresh = () => post('/sessions/refresh', { refreshToken: bad.refreshToken, device: DEVICE });
    await expect(refresh()).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(logIn(bad.user.username)).rejects.toMatchObject({ code: 'blocked', status: 403 });
    await expect(logIn(bad.user.username, 'wrong password')).rejects.toMatchObject({ code: 'invalid_credentials' });
    expect((await act('unblock', bad, boss)).user.blockedAt).toBeNull();
    await logIn(bad.user.username);
    expect(await newestOf('account.blocked')).toMatchObject({
      actor: { id: boss.id, username: 'boss' },
      target: { kind: 'user', id: bad.user.id, name: bad.user.username },
      ip: '198.51.100.0',
    });
  });

  test('a block beats log-ins that run beside it', async () => {
    const bad = await signUp();
    const logIns = Array.from({ length: 6 }, () => logIn(bad.user.username).catch(() => undefined));
    await act('block', bad, boss);
    await Promise.all(logIns);
    expect(await users.prisma.session.count({ where: { userId: bad.user.id, revokedAt: null } })).toBe(0);
  });

  test('the last admin stays one, whoever asks', async () => {
    const [one, two, visitor] = [await signUp(), await signUp(), await guest()];
    for (const each of [one, two]) await act('role', each, boss, { role: 'admin' });
    const outcomes = await Promise.allSettled([one, two].map((each) => act('role', each, boss, { role: 'user' })));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    const [left] = await users.prisma.account.findMany({ where: { role: 'admin' } });
    const last = left?.id === one.user.id ? one : two;
    await expect(act('block', last, boss)).rejects.toMatchObject({ code: 'conflict' });
    await expect(act('block', last, byOf(last))).rejects.toMatchObject({ code: 'conflict' });
    await expect(act('role', visitor, boss, { role: 'admin' })).rejects.toMatchObject({ code: 'conflict' });
  });

  test('find people by both names, newest first, page by page', async () => {
    const [one, two] = [await signUp('Sherlock-1'), await signUp('Sherlock-2')];
    const search = (query: object) => users.client.request<Page<AdminUser>>('/admin/users', { query: { ...query } });
    const page = await search({ query: 'sherLOCK', limit: 1 });
    expect(page.items.map(({ id }) => id)).toEqual([two.user.id]);
    expect((await search({ query: 'sherLOCK', cursor: page.nextCursor ?? '' })).items.map(({ id }) => id)).toEqual([one.user.id]);
    expect(await search({ query: '%' })).toEqual({ items: [], nextCursor: null });
  });
});

describe('the audit log', () => {
  test('cannot be changed, shortened or emptied', async () => {
    await signUp();
    for (const statement of ["UPDATE audit SET action = 'x'", 'DELETE FROM audit', 'TRUNCATE audit'])
      await expect(users.prisma.$executeRawUnsafe(statement)).rejects.toThrow(/append-only/);
  });

  test('names reuse of a refresh token, and refused log-ins without what was typed', async () => {
    const { refreshToken, sessionId, user } = await signUp();
    const refresh = () => post('/sessions/refresh', { refreshToken, device: DEVICE });
    await refresh();
    await expect(refresh()).rejects.toMatchObject({ code: 'unauthenticated' });
    expect(await newestOf('refresh_token.reused')).toMatchObject({ target: { id: sessionId }, detail: { userId: user.id } });
    await expect(logIn(user.username, 'my other secret')).rejects.toMatchObject({ code: 'invalid_credentials' });
    await users.context.refusals.flush();
    expect(await newestOf('session.refused')).toMatchObject({ target: { id: user.id }, detail: { why: 'password' } });
    await logIn(user.username);
    expect(await newestOf('session.opened')).toMatchObject({ actor: { id: user.id }, ip: '203.0.113.0' });
    expect(JSON.stringify(await lines())).not.toContain('my other secret');
  });
});

describe('visits', () => {
  const visit = (userAgent: string, ip = '203.0.113.5') => post<{ total: number; today: number }>('/visits', { ip, userAgent });

  test('are exact under 50 at once, and one a day for each visitor', async () => {
    await Promise.all(Array.from({ length: 50 }, (_, i) => visit(`Agent/${i % 25}`)));
    expect(await visit('Agent/1')).toEqual({ total: 25, today: 25 });
    expect(await visit('Agent/1', '203.0.113.6')).toEqual({ total: 26, today: 26 });
    expect(await users.client.request('/visits')).toEqual({ total: 26, today: 26 });
  });

  test('the next day counts anew, and of the day before only the number is left', async () => {
    const tomorrow = { ...users.context, now: () => new Date(Date.now() + 24 * 3600 * 1000) };
    const { total } = await users.context.visits.read('2000-01-01');
    expect(await countVisit(tomorrow, { ip: '203.0.113.5', userAgent: 'Agent/1' })).toEqual({ total: total + 1, today: 1 });
    expect(await users.prisma.visitSalt.count()).toBe(2);
    await cleanOnce(tomorrow, new CommandResultRepository(users.prisma));
    expect([await users.prisma.visitSalt.count(), await users.prisma.visitMark.count()]).toEqual([1, 1]);
    expect((await tomorrow.visits.read('2000-01-01')).total).toBe(total + 1);
  });
});

describe('identities of other providers', () => {
  const enter = (subject: string, login: string) =>
    post<Credentials>('/sessions/identity', {
      provider: 'github',
      subject,
      login,
      displayName: 'Octo',
      avatarUrl: 'https://avatars.example/1',
      device: DEVICE,
    });

  test('make an account once, also at the same time, and take over the picture', async () => {
    const first = await enter('1001', 'octocat');
    expect(first.user).toMatchObject({ username: 'octocat', displayName: 'Octo', avatarUrl: 'https://avatars.example/1' });
    expect((await enter('1001', 'renamed')).user.id).toBe(first.user.id);
    const twins = await Promise.all([1, 2, 3].map(() => enter('1009', 'twin')));
    expect(new Set(twins.map(({ user }) => user.id)).size).toBe(1);
  });

  test('never take over an account of the same name', async () => {
    const local = await signUp('hubber');
    const other = await enter('1002', 'Hubber');
    expect(other.user.id).not.toBe(local.user.id);
    expect(other.user.username).toMatch(/^Hubber-[0-9a-f]{6}$/);
  });

  test('are linked by the account’s own session only, one account each', async () => {
    const [mine, other] = [await signUp(), await signUp()];
    const link = (of: Credentials, subject: string) =>
      post(`/users/${of.user.id}/identities`, { provider: 'github', subject, by: byOf(of) });
    await link(mine, '1003');
    expect((await enter('1003', 'whoever')).user.id).toBe(mine.user.id);
    await expect(link(other, '1003')).rejects.toMatchObject({ code: 'conflict' });
    await expect(link(mine, '1004')).rejects.toMatchObject({ code: 'conflict' });
    await expect(link(await guest(), '1005')).rejects.toMatchObject({ code: 'conflict' });
  });
});
