import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { speak } from './support/raw-http.js';
import { newName, Rest } from './support/rest.js';
import { SocketClient } from './support/socket-client.js';
import { type Stack, startStack } from './support/stack.js';

let stack: Stack;
let rest: Rest;

beforeAll(async () => {
  stack = await startStack({
    env: {
      LIMITS: 'on',
      TRUST_PROXY: 'loopback',
      LIMIT_SIGNUPS_PER_HOUR: '3',
      LIMIT_GUESTS_PER_HOUR: '2',
      LIMIT_LOGINS_PER_MINUTE: '1',
      LIMIT_REQUESTS_PER_MINUTE: '40',
      LIMIT_SENDS_PER_ROOM_PER_SECOND: '2',
      LIMIT_SOCKETS_PER_IP: '2',
    },
  });
  rest = new Rest(stack.url);
}, 90_000);
afterAll(() => stack?.stop());

const UPGRADE = [
  'GET /ws HTTP/1.1',
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '\r\n',
].join('\r\n');

/** A call as a trusted proxy passes it on for a client at this address. */
const from = (ip: string) => ({ headers: { 'x-forwarded-for': ip } });
const password = 'correct horse';
const limited = { status: 429, body: expect.objectContaining({ code: 'rate_limited', retryAfterMs: expect.any(Number) }) };

describe('limits', () => {
  test('sign-ups per address', async () => {
    const signUp = (ip: string) => rest.call('POST', '/users', { ...from(ip), body: { username: newName(), password } });
    for (let i = 0; i < 3; i++) expect((await signUp('203.0.113.1')).status).toBe(201);
    const refused = await signUp('203.0.113.1');
    expect(refused).toMatchObject(limited);
    const seconds = Number(refused.headers.get('retry-after'));
    expect(seconds).toBeGreaterThan(3000);
    expect(seconds).toBe(Math.ceil(refused.body.retryAfterMs / 1000));
    expect((await signUp('203.0.113.2')).status).toBe(201);
  });

  test('an IPv6 customer is a whole /64', async () => {
    const guest = (ip: string) => rest.call('POST', '/sessions/guest', { ...from(ip), body: {} });
    expect((await guest('2001:db8:1:2::1')).status).toBe(201);
    expect((await guest('2001:db8:1:2:ffff::2')).status).toBe(201);
    expect(await guest('2001:db8:1:2:aaaa:bbbb:cccc:dddd')).toMatchObject(limited);
    expect((await guest('2001:db8:1:3::1')).status).toBe(201);
  });

  test('log-ins per account and address: the wait grows with each try', async () => {
    const username = newName();
    await rest.call('POST', '/users', { ...from('203.0.113.9'), body: { username, password } });
    const logIn = (name: string, ip: string) =>
      rest.call('POST', '/sessions', { ...from(ip), body: { username: name, password } });
    expect((await logIn(username, '203.0.113.10')).status).toBe(201);
    const waits: number[] = [];
    for (let i = 0; i < 3; i++) {
      const refused = await logIn(i === 1 ? username.toUpperCase() : username, '203.0.113.10');
      expect(refused).toMatchObject(limited);
      waits.push(Number(refused.headers.get('retry-after')));
    }
    expect(waits).toEqual([60, 120, 240]);
    expect((await logIn(username, '203.0.113.11')).status).toBe(201);
    expect((await logIn(newName(), '203.0.113.10')).status).toBe(401);
  });

  test('log-ins per account, from however many addresses', async () => {
    const username = newName();
    const logIn = (i: number) => rest.call('POST', '/sessions', { ...from(`198.18.0.${i}`), body: { username, password } });
    for (let i = 0; i < 10; i++) expect((await logIn(i)).status).toBe(401);
    expect(await logIn(10)).toMatchObject(limited);
    expect(
      (await rest.call('POST', '/sessions', { ...from('198.18.0.11'), body: { username: newName(), password } })).status,
    ).toBe(401);
  });

  test('log-ins per address, to however many accounts', async () => {
    const logIn = (ip: string) => rest.call('POST', '/sessions', { ...from(ip), body: { username: newName(), password } });
    for (let i = 0; i < 30; i++) expect((await logIn('198.18.1.1')).status).toBe(401);
    expect(await logIn('198.18.1.1')).toMatchObject(limited);
    expect((await logIn('198.18.1.2')).status).toBe(401);
  });

  test('requests per person, whatever the address, and per address for nobody', async () => {
    const { body } = await rest.call('POST', '/users', { ...from('203.0.113.20'), body: { username: newName(), password } });
    const me = (i: number) => rest.call('GET', '/me', { token: body.accessToken, ...from(`203.0.113.${30 + (i % 3)}`) });
    for (let i = 0; i < 40; i++) expect((await me(i)).status).toBe(200);
    expect(await me(0)).toMatchObject(limited);
    const look = () => rest.call('GET', `/users/${newName()}`, from('203.0.113.40'));
    for (let i = 0; i < 40; i++) expect((await look()).status).toBe(404);
    expect(await look()).toMatchObject(limited);
    expect(await rest.call('GET', '/me', { ...from('203.0.113.40'), token: 'forged' })).toMatchObject(limited);
  });

  test('sockets per address: one more is refused with the problem that REST would answer', async () => {
    const open = [new SocketClient(stack.url), new SocketClient(stack.url)];
    await Promise.all(open.map((client) => client.opened()));
    const heard = await speak(stack.url, UPGRADE);
    expect(heard).toMatch(/^HTTP\/1\.1 429 Too Many Requests\r\n/);
    expect(heard).toMatch(/\r\nContent-Type: application\/problem\+json.*\r\n/);
    expect(heard).toMatch(/\r\nRetry-After: [1-9]\d*\r\n/);
    expect(JSON.parse(heard.split('\r\n\r\n')[1] ?? '')).toEqual(limited.body);
    await Promise.all(open.map((client) => client.leave()));
  });

  test('messages per room, over everybody', async () => {
    const people = await Promise.all(
      [0, 1].map(
        async () =>
          (
            await rest.call('POST', '/users', {
              ...from(`198.51.100.${Math.floor(Math.random() * 250)}`),
              body: { username: newName(), password },
            })
          ).body,
      ),
    );
    const [owner, other] = people;
    const { room } = (await rest.call('POST', '/rooms', { token: owner.accessToken, body: { name: 'Busy' } })).body;
    await rest.call('PUT', `/rooms/${room.id}/members/me`, { token: other.accessToken });
    const send = (i: number) =>
      rest.call('POST', `/rooms/${room.id}/messages`, {
        token: (i % 2 ? owner : other).accessToken,
        body: { clientId: randomUUID(), text: 'x' },
      });
    const answers = await Promise.all(Array.from({ length: 40 }, (_, i) => send(i)));
    const refused = answers.filter(({ status }) => status === 429);
    expect(answers.filter(({ status }) => status === 201).length).toBeGreaterThanOrEqual(12);
    expect(refused.length).toBeGreaterThan(0);
    for (const answer of refused) expect(answer).toMatchObject(limited);
  });
});
