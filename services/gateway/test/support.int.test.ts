import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Conversation, Room } from '@brook/common/contracts';
import { eventually } from '@brook/common/testing';
import { type Answer, expectStatus, type Person, Rest } from './support/rest.js';
import { SocketClient } from './support/socket-client.js';
import { type Stack, startStack } from './support/stack.js';

/* Support rooms, the widget's settings and the figures, through the real system. */
const ADMIN = { username: 'root', password: 'correct horse battery' };
const SITE = 'https://blog.example';

let stack: Stack;
let rest: Rest;
let admin: Person;
let desk: SocketClient;
const sockets: SocketClient[] = [];

beforeAll(async () => {
  stack = await startStack({ env: { ADMIN_USERNAME: ADMIN.username, ADMIN_PASSWORD: ADMIN.password } });
  rest = new Rest(stack.url);
  const body = expectStatus(await rest.call('POST', '/sessions', { body: { ...ADMIN, tokens: 'body' } }), 201);
  admin = { user: body.user, token: body.accessToken, refreshToken: body.refreshToken };
  desk = await enter(admin);
}, 90_000);
afterAll(async () => {
  await Promise.all(sockets.map((socket) => socket.leave()));
  await stack?.stop();
}, 30_000);

async function enter({ token }: Person): Promise<SocketClient> {
  const socket = await SocketClient.enter(stack.url, token);
  sockets.push(socket);
  return socket;
}

const write = ({ token }: Person, text: string, clientId: string = randomUUID()): Promise<Answer> =>
  rest.call('POST', '/support/conversations', { token, body: { clientId, text, page: 'https://blog.example/post#top' } });
const asAdmin = (method: string, path: string, body?: object): Promise<Answer> =>
  rest.call(method, `/admin${path}`, { token: admin.token, ...(body === undefined ? {} : { body }) });
const conversation = async (roomId: string): Promise<Conversation> =>
  expectStatus(await asAdmin('GET', `/conversations/${roomId}`), 200).conversation as Conversation;
const codeOf = (answer: Answer): string => (answer.status < 300 ? 'allow' : (answer.body.code as string));

async function begin(text = 'hello'): Promise<{ visitor: Person; room: Room }> {
  const visitor = await rest.guest();
  return { visitor, room: expectStatus(await write(visitor, text), 201).room as Room };
}

describe('the first message', () => {
  test('opens one conversation, and each further one goes there', async () => {
    const visitor = await rest.guest();
    const clientId = randomUUID();
    const first = await write(visitor, ' hello ', clientId);
    expect(first.status).toBe(201);
    expect(first.body.room).toMatchObject({ kind: 'support', visibility: 'private', ownerId: visitor.user.id, lastSeq: 1 });
    expect(first.body.message).toMatchObject({ seq: 1, text: 'hello', clientId, sender: { id: visitor.user.id } });
    const second = await write(visitor, 'more');
    expect(second.status).toBe(200);
    expect(second.body.room.id).toBe(first.body.room.id);
    expect(second.body.message.seq).toBe(2);
    const again = await write(visitor, 'hello', clientId);
    expect([again.status, again.body.message]).toEqual([200, first.body.message]);
    const { conversation: own } = expectStatus(
      await rest.call('GET', '/support/conversations/current', { token: visitor.token }),
      200,
    );
    expect(own).toMatchObject({ room: { id: first.body.room.id }, state: 'open', block: null });
    expect(await conversation(first.body.room.id)).toMatchObject({
      page: 'https://blog.example/post',
      visitor: { kind: 'guest' },
    });
  });

  test('two at once give one room and two messages', async () => {
    const visitor = await rest.guest();
    const answers = await Promise.all(['a', 'b', 'c', 'd'].map((text) => write(visitor, text)));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(3);
    expect(new Set(answers.map(({ body }) => body.room.id)).size).toBe(1);
    expect(answers.map(({ body }) => body.message.seq).sort()).toEqual([1, 2, 3, 4]);
  });

  test('needs a session, a UUID and a text', async () => {
    expect(codeOf(await rest.call('POST', '/support/conversations', { body: { clientId: randomUUID(), text: 'x' } }))).toBe(
      'unauthenticated',
    );
    const visitor = await rest.guest();
    expect(codeOf(await write(visitor, '   '))).toBe('validation_failed');
    expect(codeOf(await write(visitor, 'x', 'no-uuid'))).toBe('validation_failed');
    const body = { clientId: randomUUID(), text: 'x', page: 'javascript:alert(1)' };
    expect(codeOf(await rest.call('POST', '/support/conversations', { token: visitor.token, body }))).toBe('validation_failed');
  });
});

test('a conversation is its visitor’s and the agents’, on REST and socket', async () => {
  const { visitor, room } = await begin();
  const other = await rest.guest();
  const member = await rest.signUp();
  await write(other, 'mine');
  const outcomes: Record<string, string[]> = {};
  for (const [name, person] of Object.entries({ visitor, other, member, admin })) {
    const socket = person === admin ? desk : await enter(person);
    const call = async (method: string, path: string, body?: object) =>
      codeOf(await rest.call(method, path, { token: person.token, ...(body === undefined ? {} : { body }) }));
    const frame = async (type: string, fields: object = {}) => {
      const answer = await socket.request(type, { roomId: room.id, ...fields });
      return answer.type === 'ack' ? 'allow' : (answer.code as string);
    };
    outcomes[name] = [
      await call('GET', `/rooms/${room.id}`),
      await call('GET', `/rooms/${room.id}/messages`),
      await call('GET', `/rooms/${room.id}/members`),
      await call('POST', `/rooms/${room.id}/messages`, { clientId: randomUUID(), text: 'x' }),
      await call('PUT', `/rooms/${room.id}/read`, { seq: 1 }),
      await frame('room.subscribe'),
      await frame('message.send', { clientId: randomUUID(), text: 'y' }),
      await frame('room.read', { seq: 1 }),
    ];
  }
  const all = (outcome: string) => new Array(8).fill(outcome);
  expect(outcomes).toEqual({ visitor: all('allow'), other: all('not_found'), member: all('not_found'), admin: all('allow') });
  const acts: [string, string, object?][] = [
    ['PATCH', `/rooms/${room.id}`, { name: 'x' }],
    ['DELETE', `/rooms/${room.id}`],
    ['PUT', `/rooms/${room.id}/members/${member.user.id}`, {}],
    ['GET', '/admin/conversations'],
    ['GET', `/admin/conversations/${room.id}`],
    ['PUT', `/admin/conversations/${room.id}/state`, { state: 'closed' }],
    ['PUT', `/admin/conversations/${room.id}/block`, {}],
    ['GET', '/admin/overview'],
    ['PUT', '/admin/widget', {}],
  ];
  for (const [method, path, body] of acts)
    expect([path, codeOf(await rest.call(method, path, { token: visitor.token, ...(body ? { body } : {}) }))]).toEqual([
      path,
      'forbidden',
    ]);
});

test('agents hear of messages within 2 s, and their reading shows at the visitor', async () => {
  const { visitor, room } = await begin();
  const phone = await enter(visitor);
  await phone.request('room.subscribe', { roomId: room.id });
  await eventually(async () => (await conversation(room.id)).unread === 1, { timeout: 2_000 });
  await countsUnread(room.id, true);
  const seen = desk.frames.length;
  const at = performance.now();
  await write(visitor, 'still there?');
  await desk.next(
    (frame) => frame.type === 'conversation.updated' && frame.roomId === room.id && desk.frames.indexOf(frame) >= seen,
  );
  expect(performance.now() - at).toBeLessThan(2_000);
  await eventually(async () => (await conversation(room.id)).unread === 2, { timeout: 2_000 });
  const read = phone.next((frame) => frame.type === 'room.read' && frame.userId === admin.user.id);
  expect(await desk.request('room.read', { roomId: room.id, seq: 2 })).toMatchObject({ type: 'ack', lastReadSeq: 2, unread: 0 });
  expect(await read).toMatchObject({ seq: 2 });
  await countsUnread(room.id, false);
});

/** The list counts the conversations with something unread, and this one is, or is not, among them. Others' figures may still move. */
const countsUnread = (roomId: string, unread: boolean) =>
  eventually(async () => {
    const list = expectStatus(await asAdmin('GET', '/conversations?limit=100'), 200);
    const waiting = (list.items as Conversation[]).filter((item) => item.unread > 0).map((item) => item.room.id);
    expect(list.nextCursor).toBeNull();
    expect(list.unread).toBe(waiting.length);
    expect(waiting.includes(roomId)).toBe(unread);
  });

test('closes, and opens again with the next message; both are told and audited', async () => {
  const { visitor, room } = await begin();
  const phone = await enter(visitor);
  await phone.request('room.subscribe', { roomId: room.id });
  const closed = phone.next((frame) => frame.type === 'conversation.updated' && frame.state === 'closed');
  expect(expectStatus(await asAdmin('PUT', `/conversations/${room.id}/state`, { state: 'closed' }), 200).conversation.state).toBe(
    'closed',
  );
  await closed;
  const list = expectStatus(await asAdmin('GET', '/conversations?state=closed'), 200);
  expect(list.items.map((item: Conversation) => item.room.id)).toContain(room.id);
  const again = await write(visitor, 'one more thing');
  expect([again.status, again.body.room.id]).toEqual([200, room.id]);
  await eventually(async () => (await conversation(room.id)).state === 'open', { timeout: 2_000 });
  const { items } = expectStatus(await asAdmin('GET', '/audit'), 200);
  expect(items).toContainEqual(
    expect.objectContaining({ action: 'conversation.closed', target: expect.objectContaining({ id: room.id }) }),
  );
});

test('a blocked visitor neither reads nor writes until the block ends', async () => {
  const { visitor, room } = await begin();
  const phone = await enter(visitor);
  await phone.request('room.subscribe', { roomId: room.id });
  const removed = phone.next((frame) => frame.type === 'membership.removed');
  const until = new Date(Date.now() + 1_500).toISOString();
  expect(expectStatus(await asAdmin('PUT', `/conversations/${room.id}/block`, { until }), 200).conversation.block).toEqual({
    until,
  });
  expect(await removed).toMatchObject({ roomId: room.id, reason: 'banned' });
  expect(codeOf(await write(visitor, 'x'))).toBe('forbidden');
  expect(codeOf(await rest.call('GET', `/rooms/${room.id}/messages`, { token: visitor.token }))).toBe('forbidden');
  await eventually(
    async () => codeOf(await rest.call('GET', `/rooms/${room.id}/messages`, { token: visitor.token })) === 'allow',
    {
      timeout: 10_000,
    },
  );
  expect((await write(visitor, 'back')).status).toBe(200);
  expectStatus(await asAdmin('PUT', `/conversations/${room.id}/block`, {}), 200);
  expect(codeOf(await write(visitor, 'x'))).toBe('forbidden');
  expectStatus(await asAdmin('DELETE', `/conversations/${room.id}/block`), 200);
  expect((await write(visitor, 'thanks')).status).toBe(200);
});

test('a deleted conversation is gone at once, and the next message begins another one', async () => {
  const { visitor, room } = await begin('a secret');
  expect(codeOf(await asAdmin('GET', `/purges/${room.id}`))).toBe('not_found');
  expect((await rest.call('DELETE', `/rooms/${room.id}`, { token: admin.token })).status).toBe(204);
  expect(codeOf(await asAdmin('GET', `/conversations/${room.id}`))).toBe('not_found');
  const next = await write(visitor, 'hello again');
  expect(next.status).toBe(201);
  expect(next.body.room.id).not.toBe(room.id);
  // That it becomes true is waited for where the console shows it.
  expect(await asAdmin('GET', `/purges/${room.id}`)).toMatchObject({ status: 200, body: { purged: false, rooms: false } });
});

test('the widget runs on the sites of its settings, without credentials of this server', async () => {
  const guest = (origin: string) => rest.call('POST', '/sessions/guest', { body: { tokens: 'body' }, headers: { origin } });
  expect((await guest(SITE)).status).toBe(403);
  const settings = { title: 'Ask us', greeting: 'Hello!', sites: [`${SITE}/`] };
  expect(expectStatus(await asAdmin('PUT', '/widget', settings), 200).settings).toMatchObject({
    sites: [SITE],
    position: 'right',
  });
  const answer = await guest(SITE);
  expect(answer.status).toBe(201);
  expect(answer.headers.get('access-control-allow-origin')).toBe(SITE);
  expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
  const greeting = await rest.call('GET', '/support/widget', { headers: { origin: SITE } });
  expect(greeting.body).toEqual({ title: 'Ask us', greeting: 'Hello!', agentsOnline: true, signIn: false });
  expect((await guest('https://other.example')).status).toBe(403);
  expect(codeOf(await asAdmin('PUT', '/widget', { sites: ['ftp://x'] }))).toBe('validation_failed');
});

test('the overview tells who is there, what is written and what waits', async () => {
  await rest.call('POST', '/visits');
  await begin();
  const overview = expectStatus(await asAdmin('GET', '/overview'), 200);
  expect(overview.agentsOnline).toBe(1);
  expect(overview.peopleOnline).toBeGreaterThan(0);
  expect(overview.messages.lastMinute).toBeGreaterThan(0);
  expect(overview.messages.perMinute).toHaveLength(30);
  expect(overview.visitors.days).toHaveLength(30);
  expect(overview.visitors.days.at(-1)).toEqual({
    day: new Date().toISOString().slice(0, 10),
    visitors: overview.visitors.today,
  });
  expect(overview.lag.map(({ service }: { service: string }) => service)).toEqual(['messages', 'rooms', 'users']);
});
