import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { AuditEntry } from '@brook/common/contracts';
import { expectStatus, newName, type Person, Rest } from './support/rest.js';
import { type SecondGateway, startSecondGateway } from './support/second-gateway.js';
import { SocketClient } from './support/socket-client.js';
import { type Stack, startStack } from './support/stack.js';

const password = 'correct horse';
const admin = { username: 'the-boss', password: 'a password for tests' };
let stack: Stack;
let second: SecondGateway;
let rest: Rest;
let other: Rest;
let boss: Person;

beforeAll(async () => {
  stack = await startStack({ env: { ADMIN_USERNAME: admin.username, ADMIN_PASSWORD: admin.password } });
  second = await startSecondGateway(stack);
  rest = new Rest(stack.url);
  other = new Rest(second.url);
  boss = await logIn(admin);
}, 90_000);
afterAll(async () => {
  await second?.stop();
  await stack?.stop();
});

const problem = (status: number, code: string) => ({ status, body: expect.objectContaining({ status, code }) });
const credentials = ({ user }: Person) => ({ username: user.username, password });

async function logIn(body: { username: string; password: string }): Promise<Person> {
  const answer = await rest.call('POST', '/sessions', { body: { ...body, tokens: 'body' } });
  const { user, accessToken, refreshToken } = expectStatus(answer, 201);
  return { user, token: accessToken, refreshToken };
}

/** Sockets of somebody on both gateways. */
const onBoth = ({ token }: Person) => Promise.all([stack.url, second.url].map((url) => SocketClient.enter(url, token)));
const codes = async (sockets: SocketClient[]) => (await Promise.all(sockets.map(({ closed }) => closed))).map(({ code }) => code);

describe('own sessions', () => {
  test('are listed, and one is ended, on REST and sockets of both gateways', async () => {
    const phone = await rest.signUp();
    const laptop = await logIn(credentials(phone));
    const { items, nextCursor } = expectStatus(await other.call('GET', '/me/sessions', { token: phone.token }), 200);
    expect(items.map(({ current }: { current: boolean }) => current)).toEqual([false, true]);
    expect(items[0]).toMatchObject({ id: expect.any(String), userAgent: expect.any(String), ip: '127.0.0.0' });
    expect(nextCursor).toBeNull();
    const sockets = await onBoth(laptop);
    expect((await other.call('DELETE', `/me/sessions/${items[0].id}`, { token: phone.token })).status).toBe(204);
    expect(await codes(sockets)).toEqual([4510, 4510]);
    expect(await rest.call('GET', '/me', { token: laptop.token })).toMatchObject(problem(401, 'unauthenticated'));
    expect((await rest.call('GET', '/me', { token: phone.token })).status).toBe(200);
    const stranger = await rest.signUp();
    expect(await rest.call('DELETE', `/me/sessions/${items[1].id}`, { token: stranger.token })).toMatchObject(
      problem(404, 'not_found'),
    );
    expect(await rest.call('DELETE', '/me/sessions/x', { token: stranger.token })).toMatchObject(
      problem(400, 'validation_failed'),
    );
  });

  test('a new password ends all but the one that asks', async () => {
    const phone = await rest.signUp();
    const laptop = await logIn(credentials(phone));
    const [kept, ended] = [await onBoth(phone), await onBoth(laptop)];
    const put = (body: object) => other.call('PUT', '/me/password', { token: phone.token, body });
    expect(await put({ currentPassword: 'wrong horse', newPassword: 'battery staple' })).toMatchObject(
      problem(401, 'invalid_credentials'),
    );
    expect(await put({ currentPassword: password, newPassword: 'password123' })).toMatchObject(problem(400, 'validation_failed'));
    expect((await put({ currentPassword: password, newPassword: 'battery staple' })).status).toBe(204);
    expect(await codes(ended)).toEqual([4510, 4510]);
    for (const socket of kept) {
      await socket.barrier();
      await socket.leave();
    }
    for (const { refreshToken } of [laptop])
      expect(await rest.call('POST', '/sessions/refresh', { body: { refreshToken } })).toMatchObject(
        problem(401, 'unauthenticated'),
      );
    expect(await rest.call('POST', '/sessions', { body: credentials(phone) })).toMatchObject(problem(401, 'invalid_credentials'));
    await logIn({ username: phone.user.username, password: 'battery staple' });
  });

  test('revocation reaches sockets of the other gateway within a second: p99', async () => {
    const times: number[] = [];
    for (let round = 0; round < 100; round++) {
      const person = await rest.guest();
      const socket = await SocketClient.enter(second.url, person.token);
      const begun = performance.now();
      const [answer, { code }] = await Promise.all([
        rest.call('DELETE', '/sessions/current', { token: person.token }),
        socket.closed.then((closed) => {
          times.push(performance.now() - begun);
          return closed;
        }),
      ]);
      expect([answer.status, code]).toEqual([204, 4510]);
    }
    times.sort((a, b) => a - b);
    const [p50, p99] = [times[49] ?? 0, times[98] ?? 0];
    process.stdout.write(`revocation on a live socket of another gateway: p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms\n`);
    expect(p99).toBeLessThan(1_000);
  }, 60_000);
});

describe('guests who stay', () => {
  test('keep id, rooms, history and session', async () => {
    const owner = await rest.signUp();
    const room = await rest.createRoom(owner);
    const guest = await rest.guest();
    await rest.join(guest, room.id);
    const message = await rest.send(guest, room.id, 'I was here as a guest');
    const username = newName();
    const upgrade = (token: string | undefined) => other.call('POST', '/me/upgrade', { token, body: { username, password } });
    expect(await upgrade(undefined)).toMatchObject(problem(401, 'unauthenticated'));
    const { user } = expectStatus(await upgrade(guest.token), 200);
    expect(user).toMatchObject({ id: guest.user.id, username, kind: 'member' });
    expect((await rest.call('GET', '/me', { token: guest.token })).body.user).toEqual(user);
    const again = await logIn({ username, password });
    const mine = expectStatus(await rest.call('GET', '/me/rooms', { token: again.token }), 200).items;
    expect(mine.map((item: { room: { id: string } }) => item.room.id)).toEqual([room.id]);
    await rest.call('PATCH', `/rooms/${room.id}/messages/${message.seq}`, { token: again.token, body: { text: 'edited' } });
    expect((await rest.createRoom(again)).ownerId).toBe(user.id);
    expect(await upgrade(guest.token)).toMatchObject(problem(409, 'conflict'));
    expect(await upgrade(owner.token)).toMatchObject(problem(409, 'conflict'));
  });
});

describe('admins', () => {
  test('everybody else is refused everywhere below /admin', async () => {
    const [member, guest] = [await rest.signUp(), await rest.guest()];
    const calls = [
      ['GET', '/admin/users'],
      ['GET', '/admin/rooms'],
      ['GET', '/admin/audit'],
      ['POST', `/admin/users/${member.user.id}/block`],
      ['DELETE', `/admin/users/${member.user.id}/block`],
      ['PUT', `/admin/users/${member.user.id}/role`],
      ['DELETE', `/admin/users/${boss.user.id}/sessions`],
      ['GET', '/admin/nothing'],
    ] as const;
    for (const [method, path] of calls) {
      for (const { token } of [member, guest])
        expect(await rest.call(method, path, { token, ...(method === 'PUT' ? { body: { role: 'admin' } } : {}) })).toMatchObject(
          problem(403, 'forbidden'),
        );
      expect(await rest.call(method, path)).toMatchObject(problem(401, 'unauthenticated'));
    }
  });

  test('block: sockets and sessions end everywhere, none begins, messages stay', async () => {
    const bad = await rest.signUp();
    const room = await rest.createRoom(bad);
    await rest.send(bad, room.id, 'still there');
    const sockets = await onBoth(bad);
    const block = (method: string) => other.call(method, `/admin/users/${bad.user.id}/block`, { token: boss.token });
    expect((await block('POST')).body.user).toMatchObject({ id: bad.user.id, blockedAt: expect.any(String) });
    expect(await codes(sockets)).toEqual([4510, 4510]);
    for (const client of [rest, other])
      expect(await client.call('GET', '/me', { token: bad.token })).toMatchObject(problem(401, 'unauthenticated'));
    expect(await rest.call('POST', '/sessions', { body: credentials(bad) })).toMatchObject(problem(403, 'blocked'));
    for (const url of [stack.url, second.url]) {
      const refused = new SocketClient(url);
      await refused.opened();
      refused.send({ type: 'hello', token: bad.token });
      expect((await refused.closed).code).toBe(4501);
    }
    const { items } = expectStatus(await rest.call('GET', `/rooms/${room.id}/messages`, { token: boss.token }), 200);
    expect(items).toMatchObject([{ text: 'still there' }]);
    expect((await block('DELETE')).body.user.blockedAt).toBeNull();
    await logIn(credentials(bad));
  });

  test('roles: known at once, sockets of the old role have to come back, tokens go on', async () => {
    const person = await rest.signUp();
    const room = await rest.createRoom(await rest.signUp(), { visibility: 'private' });
    const put = (role: string) => other.call('PUT', `/admin/users/${person.user.id}/role`, { token: boss.token, body: { role } });
    const look = () => rest.call('GET', '/admin/rooms?limit=100', { token: person.token });
    const before = await onBoth(person);
    expect((await put('admin')).body.user).toMatchObject({ role: 'admin' });
    expect(await codes(before)).toEqual([4000, 4000]);
    const { items } = expectStatus(await look(), 200);
    expect(items.map(({ id }: { id: string }) => id)).toContain(room.id);
    const asAdmin = await onBoth(person);
    expect((await put('user')).body.user).toMatchObject({ role: 'user' });
    expect(await codes(asAdmin)).toEqual([4000, 4000]);
    expect(await look()).toMatchObject(problem(403, 'forbidden'));
    expect((await rest.call('GET', `/rooms/${room.id}`, { token: person.token })).status).toBe(404);
    expect(await put('king')).toMatchObject(problem(400, 'validation_failed'));
  });

  test('end all sessions of somebody', async () => {
    const person = await rest.signUp();
    const sockets = await onBoth(person);
    const path = `/admin/users/${person.user.id}/sessions`;
    expect((await rest.call('DELETE', path, { token: boss.token })).status).toBe(204);
    expect(await codes(sockets)).toEqual([4510, 4510]);
    await logIn(credentials(person));
  });

  test('find people, and read who did what to whom from where', async () => {
    const person = await rest.signUp();
    const room = await rest.createRoom(person);
    const query = `/admin/users?query=${person.user.username.toUpperCase()}`;
    expect((await rest.call('GET', query, { token: boss.token })).body).toEqual({
      items: [{ ...person.user, blockedAt: null }],
      nextCursor: null,
    });
    await rest.call('PATCH', `/rooms/${room.id}`, { token: boss.token, body: { topic: 'Tidied up' } });
    await rest.call('DELETE', `/admin/users/${person.user.id}/sessions`, { token: boss.token });
    const lines: AuditEntry[] = expectStatus(await rest.call('GET', '/admin/audit?limit=5', { token: boss.token }), 200).items;
    const by = { actor: { id: boss.user.id, username: admin.username }, ip: '127.0.0.0', at: expect.any(String) };
    expect(lines[0]).toMatchObject({ ...by, action: 'sessions.revoked', target: { kind: 'user', id: person.user.id } });
    expect(lines[1]).toMatchObject({ ...by, action: 'room.update', target: { kind: 'room', id: room.id } });
    expect(await rest.call('GET', '/admin/users?cursor=x', { token: boss.token })).toMatchObject(
      problem(400, 'validation_failed'),
    );
  });
});

describe('in public', () => {
  test('visits: any page may count and read, each visitor once', async () => {
    const foreign = { origin: 'https://blog.example' };
    const visit = (agent: string, client = rest) =>
      client.call('POST', '/visits', { headers: { ...foreign, 'user-agent': agent } });
    const answers = await Promise.all(Array.from({ length: 50 }, (_, i) => visit(`Agent/${i % 10}`, i % 2 ? rest : other)));
    for (const { status, headers } of answers) expect([status, headers.get('access-control-allow-origin')]).toEqual([200, '*']);
    expect((await other.call('GET', '/visits', { headers: foreign })).body).toEqual({ total: 10, today: 10 });
    const preflight = await fetch(`${stack.url}/api/v1/visits`, {
      method: 'OPTIONS',
      headers: { ...foreign, 'access-control-request-method': 'POST' },
    });
    expect(preflight.status).toBe(204);
  });

  test('the keys are public, their private halves are not', async () => {
    const response = await fetch(`${stack.url}/.well-known/jwks.json`);
    expect(response.headers.get('content-type')).toMatch(/^application\/jwk-set\+json/);
    const { keys } = (await response.json()) as { keys: object[] };
    expect(keys).toEqual([
      { kty: 'OKP', crv: 'Ed25519', x: expect.any(String), kid: expect.any(String), alg: 'EdDSA', use: 'sig' },
    ]);
  });

  test('no provider is offered where none is configured', async () => {
    expect((await rest.call('GET', '/auth/providers')).body).toEqual({ providers: [] });
  });
});
