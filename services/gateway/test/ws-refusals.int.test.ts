import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import { expectStatus, type Person, Rest } from './support/rest.js';
import { SocketClient } from './support/socket-client.js';
import { type Stack, startStack } from './support/stack.js';

let stack: Stack;
let rest: Rest;
let ann: Person;
let bob: Person;
let roomId: string;
const clients: SocketClient[] = [];

beforeAll(async () => {
  stack = await startStack({
    env: { LIMITS: 'on', LIMIT_SENDS_PER_SECOND: '10', LIMIT_SOCKETS_PER_USER: '3', LIMIT_SIGNUPS_PER_HOUR: '0' },
  });
  rest = new Rest(stack.url);
  [ann, bob] = await Promise.all([rest.signUp(), rest.signUp()]);
  roomId = (await rest.createRoom(ann)).id;
}, 60_000);

afterAll(async () => {
  await Promise.all(clients.map((client) => client.leave()));
  await stack?.stop();
}, 30_000);

const connect = (options?: ConstructorParameters<typeof SocketClient>[1]): SocketClient => {
  const client = new SocketClient(stack.url, options);
  clients.push(client);
  return client;
};
const enter = async (person: Person): Promise<SocketClient> => {
  const client = await SocketClient.enter(stack.url, person.token);
  clients.push(client);
  return client;
};
async function stored(): Promise<number> {
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  await client.connect();
  try {
    const { rows } = await client.query<{ count: string }>('SELECT count(*) FROM messages.messages');
    return Number(rows[0]?.count);
  } finally {
    await client.end();
  }
}

describe('the upgrade', () => {
  test('takes clients that offer our subprotocol, among others or none', async () => {
    const ours = connect();
    await ours.opened();
    expect(ours.protocol).toBe('brook.v1');
    const among = connect({ protocols: ['x', 'brook.v1'] });
    await among.opened();
    expect(among.protocol).toBe('brook.v1');
    await connect({ protocols: [] }).opened();
  });

  test('refuses other subprotocols with 400 and a foreign Origin with 403', async () => {
    await expect(connect({ protocols: ['other'] }).opened()).rejects.toThrow('status 400');
    await expect(connect({ origin: 'https://evil.example' }).opened()).rejects.toThrow('status 403');
    await connect({ origin: stack.url }).opened();
  });
});

describe('the hello', () => {
  test.each([
    ['no token', { type: 'hello' }],
    ['a malformed token', { type: 'hello', token: 'x' }],
    ['a token of no string', { type: 'hello', token: 7 }],
    ['another frame', { type: 'ping', id: '1' }],
    ['an unknown frame', { type: 'nonsense' }],
  ])('%s: an error, and 4501', async (_what, frame) => {
    const client = connect();
    await client.opened();
    client.send(frame);
    expect((await client.closed).code).toBe(4501);
    expect(client.frames).toEqual([expect.objectContaining({ type: 'error', code: 'unauthenticated' })]);
  });

  test('a forged token: 4501', async () => {
    const client = connect();
    await client.opened();
    const [head, , signature] = ann.token.split('.');
    const claims = Buffer.from(JSON.stringify({ sub: bob.user.id, sid: randomUUID(), exp: 9_999_999_999 })).toString('base64url');
    client.send({ type: 'hello', token: `${head}.${claims}.${signature}` });
    expect((await client.closed).code).toBe(4501);
  });

  test('a revoked token: 4501; and its sockets close 4510', async () => {
    const eve = await rest.signUp();
    const client = await enter(eve);
    expectStatus(await rest.call('DELETE', '/sessions/current', { token: eve.token }), 204);
    expect((await client.closed).code).toBe(4510);
    const again = connect();
    await again.opened();
    again.send({ type: 'hello', token: eve.token });
    expect((await again.closed).code).toBe(4501);
  });

  test('none within 10 s: 4501', async () => {
    const client = connect();
    await client.opened();
    const begun = performance.now();
    expect((await client.closed).code).toBe(4501);
    expect(performance.now() - begun).toBeGreaterThan(9_500);
  }, 20_000);

  test('frames that follow at once wait for it, in their order', async () => {
    const client = connect();
    await client.opened();
    client.send({ type: 'hello', token: ann.token });
    client.send({ type: 'ping', id: '1' });
    client.send({ type: 'ping', id: '2' });
    await client.next(({ id }) => id === '2');
    expect(client.frames.map(({ type, id }) => id ?? type)).toEqual(['welcome', '1', '2']);
    expect(client.frames[0]).toMatchObject({ user: ann.user, heartbeatMs: 25_000, limits: { frameBytes: 65_536 } });
    await client.leave();
  });

  test('a fourth socket of a person limited to three is turned away for now', async () => {
    const eve = await rest.signUp();
    for (let i = 0; i < 3; i++) await enter(eve);
    const client = connect();
    await client.opened();
    client.send({ type: 'hello', token: eve.token });
    expect((await client.closed).code).toBe(4029);
  });
});

describe('frames', () => {
  test.each([
    ['no JSON', 'hello'],
    ['an array', '[]'],
    ['null', 'null'],
    ['a number', '7'],
    ['binary', Buffer.from('{"type":"ping","id":"1"}')],
  ])('%s: 4500', async (_what, data) => {
    const client = await enter(ann);
    client.raw(data);
    expect((await client.closed).code).toBe(4500);
  });

  test('65,536 bytes are taken, one more closes 4513, however many', async () => {
    const padded = (bytes: number) => {
      const frame = { type: 'ping', id: 'big', pad: '' };
      return JSON.stringify({ ...frame, pad: 'x'.repeat(bytes - JSON.stringify(frame).length) });
    };
    const client = await enter(ann);
    client.raw(padded(65_536));
    await client.next(({ id }) => id === 'big');
    client.raw(padded(65_537));
    expect((await client.closed).code).toBe(4513);
    const other = await enter(ann);
    other.raw(padded(3_000_000));
    expect((await other.closed).code).toBe(4513);
  });

  test('unknown types and bad fields are told, with the id, and the socket stays open', async () => {
    const client = await enter(ann);
    const send = { roomId, clientId: randomUUID(), text: 'hi' };
    const bad: [string, object][] = [
      ['nonsense', {}],
      ['hello', { token: ann.token }],
      ['message.send', { ...send, roomId: 'x' }],
      ['message.send', { ...send, clientId: 'x' }],
      ['message.send', { ...send, text: '   ' }],
      ['message.send', { ...send, text: 'x'.repeat(4_001) }],
      ['message.send', { ...send, text: 'a\u0000b' }],
      ['message.send', { ...send, text: 7 }],
      ['message.send', { ...send, replyTo: 0 }],
      ['message.edit', { roomId, seq: 0, text: 'x' }],
      ['message.delete', { roomId, seq: 1.5 }],
      ['message.react', { roomId, seq: 1, emoji: 'no', on: true }],
      ['room.subscribe', { roomId, since: -1 }],
      ['room.read', { roomId, seq: -1 }],
      ['typing', { roomId: 7 }],
    ];
    for (const [type, fields] of bad)
      expect([type, await client.request(type, fields)]).toEqual([
        type,
        expect.objectContaining({ type: 'error', code: 'validation_failed', detail: expect.any(String) }),
      ]);
    client.raw('{"type":"message.send","roomId":"x"}');
    expect(await client.next(({ type, id }) => type === 'error' && id === undefined)).toMatchObject({
      code: 'validation_failed',
    });
    client.raw('{"type":"message.send","id":"lone","text":"\\ud800"}');
    expect(await client.next(({ id }) => id === 'lone')).toMatchObject({ code: 'validation_failed' });
    await client.barrier();
    await client.leave();
  });

  test('what one may not do is refused by its code', async () => {
    const hidden = await rest.createRoom(ann, { visibility: 'private' });
    const client = await enter(bob);
    const send = { clientId: randomUUID(), text: 'hi' };
    expect(await client.request('message.send', { ...send, roomId })).toMatchObject({ type: 'error', code: 'forbidden' });
    expect(await client.request('message.send', { ...send, roomId: randomUUID() })).toMatchObject({ code: 'not_found' });
    expect(await client.request('room.subscribe', { roomId: hidden.id })).toMatchObject({ code: 'not_found' });
    expect(await client.request('room.subscribe', { roomId: randomUUID() })).toMatchObject({ code: 'not_found' });
    expect(await client.request('message.edit', { roomId, seq: 1, text: 'x' })).toMatchObject({ type: 'error' });
    expect(await client.request('room.read', { roomId, seq: 1 })).toMatchObject({ code: 'forbidden' });
    expect(await client.request('auth', { token: 'x' })).toMatchObject({ code: 'unauthenticated' });
    expect(await client.request('auth', { token: ann.token })).toMatchObject({ code: 'forbidden' });
    expect(await client.request('auth', { token: bob.token })).toMatchObject({ type: 'ack' });
    await client.leave();
  });

  test('nothing of all this was stored, and every process lives', async () => {
    expect(await stored()).toBe(0);
    expect((await fetch(`${stack.url}/readyz`)).status).toBe(200);
  });
});

describe('too many sends', () => {
  test('the refused one must come first; then the order goes on', async () => {
    const client = await enter(ann);
    const ids = Array.from({ length: 63 }, () => randomUUID());
    const answers = await Promise.all(
      ids.map((clientId, i) => client.request('message.send', { roomId, clientId, text: `m${i}` })),
    );
    const refused = answers.findIndex(({ type }) => type === 'error');
    expect(refused).toBeGreaterThanOrEqual(60);
    expect(answers[refused]).toMatchObject({ code: 'rate_limited', retryAfterMs: expect.any(Number) });
    for (const answer of answers.slice(refused + 1)) expect(answer).toMatchObject({ code: 'retry_order' });
    await new Promise((resolve) => setTimeout(resolve, answers[refused].retryAfterMs + 500));
    for (const clientId of ids.slice(refused))
      expect(await client.request('message.send', { roomId, clientId, text: 'again' })).toMatchObject({ type: 'ack' });
    const { body } = await rest.call('GET', `/rooms/${roomId}/messages?limit=100`, { token: ann.token });
    expect(body.items.map((message: { clientId: string }) => message.clientId)).toEqual(ids);
    await client.leave();
  });

  test('who goes on flooding is closed 4029', async () => {
    const client = await enter(ann);
    for (let i = 0; i < 400; i++) client.send({ type: 'message.send', id: `${i}`, roomId, clientId: randomUUID(), text: 'x' });
    expect((await client.closed).code).toBe(4029);
    const flooder = await enter(ann);
    for (let i = 0; i < 2_000; i++) flooder.send({ type: 'nonsense', id: `${i}` });
    expect((await flooder.closed).code).toBe(4029);
  });
});
