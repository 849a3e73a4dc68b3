import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Message, Room } from '@brook/common/contracts';
import { Redis } from 'ioredis';
import { expectStatus, type Person, Rest } from './support/rest.js';
import { type Stack, startStack } from './support/stack.js';

let stack: Stack;
let rest: Rest;
let ada: Person;
let bob: Person;
let room: Room;

beforeAll(async () => {
  stack = await startStack();
  rest = new Rest(stack.url);
  [ada, bob] = await Promise.all([rest.signUp(), rest.signUp()]);
}, 90_000);
afterAll(() => stack?.stop());
beforeEach(async () => {
  room = await rest.createRoom(ada);
  await rest.join(bob, room.id);
});

const problem = (status: number, code: string) => ({ status, body: expect.objectContaining({ status, code }) });
const call = (who: Person, method: string, path: string, body?: unknown) =>
  rest.call(method, `/rooms/${room.id}${path}`, { token: who.token, body });
const history = async (query = '') => expectStatus(await call(ada, 'GET', `/messages${query}`), 200);
const seqs = (page: { items: Message[] }) => page.items.map(({ seq }) => seq);

describe('sending', () => {
  test('201 with the message; the same clientId again: 200 with the first, whatever the text', async () => {
    const clientId = randomUUID();
    const first = await call(ada, 'POST', '/messages', { clientId, text: '  hello\n there ' });
    expect(first.status).toBe(201);
    const { id, username, displayName, avatarUrl } = ada.user;
    expect(first.body).toEqual({
      message: {
        id: expect.any(String),
        roomId: room.id,
        seq: 1,
        rev: 1,
        clientId,
        sender: { id, username, displayName, avatarUrl },
        text: 'hello\n there',
        replyTo: null,
        createdAt: expect.any(String),
        editedAt: null,
        deletedAt: null,
        reactions: [],
      },
    });
    const again = await call(ada, 'POST', '/messages', { clientId: clientId.toUpperCase(), text: 'other' });
    expect(again).toMatchObject({ status: 200, body: first.body });
    expect(await history()).toEqual({ items: [first.body.message], lastSeq: 1, lastRev: 1 });
  });

  test('at the same moment, too, one clientId is stored once', async () => {
    const clientId = randomUUID();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => call(ada, 'POST', '/messages', { clientId, text: 'once' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 201]);
    for (const { body } of answers) expect(body).toEqual(answers[0]?.body);
    expect((await history()).lastSeq).toBe(1);
  });

  test('a reply names a message of the room', async () => {
    const first = await rest.send(ada, room.id, 'first');
    const reply = await call(bob, 'POST', '/messages', { clientId: randomUUID(), text: 're', replyTo: first.seq });
    expect(reply.body.message.replyTo).toBe(1);
    const bad = await call(bob, 'POST', '/messages', { clientId: randomUUID(), text: 're', replyTo: 99 });
    expect(bad).toMatchObject(problem(400, 'validation_failed'));
  });

  test('4,000 code points pass, whatever their width', async () => {
    expect((await rest.send(ada, room.id, '👍'.repeat(4000))).text).toBe('👍'.repeat(4000));
  });

  test.each([
    undefined,
    {},
    { clientId: 'x', text: 'hi' },
    { clientId: randomUUID() },
    { clientId: randomUUID(), text: '' },
    { clientId: randomUUID(), text: ' \n ' },
    { clientId: randomUUID(), text: 'x'.repeat(4001) },
    { clientId: randomUUID(), text: 'a\u0000b' },
    { clientId: randomUUID(), text: '\ud83d' },
    { clientId: randomUUID(), text: 7 },
    { clientId: randomUUID(), text: 'hi', replyTo: 0 },
    { clientId: randomUUID(), text: 'hi', replyTo: -1 },
    { clientId: randomUUID(), text: 'hi', replyTo: 'one' },
  ])('%j is refused and nothing is stored', async (body) => {
    expect(await call(ada, 'POST', '/messages', body)).toMatchObject(problem(400, 'validation_failed'));
    expect((await history()).lastSeq).toBe(0);
  });

  test('strangers read a public room and may not write', async () => {
    const eve = await rest.signUp();
    expect(await call(eve, 'POST', '/messages', { clientId: randomUUID(), text: 'x' })).toMatchObject(problem(403, 'forbidden'));
    expect((await call(eve, 'GET', '/messages')).status).toBe(200);
  });
});

describe('changing', () => {
  test('edits, deletes and reactions take a rev each, and a change without effect none', async () => {
    await rest.send(ada, room.id, 'one');
    const edited = await call(ada, 'PATCH', '/messages/1', { text: 'ONE' });
    expect(edited).toMatchObject({ status: 200, body: { message: { text: 'ONE', rev: 2, editedAt: expect.any(String) } } });
    const up = encodeURIComponent('👍');
    expect((await call(bob, 'PUT', `/messages/1/reactions/${up}`)).status).toBe(204);
    expect((await call(bob, 'PUT', `/messages/1/reactions/${up}`)).status).toBe(204);
    const reacted = await history();
    expect(reacted.lastRev).toBe(3);
    expect(reacted.items[0].reactions).toEqual([{ emoji: '👍', count: 1, userIds: [bob.user.id] }]);
    expect((await call(bob, 'DELETE', `/messages/1/reactions/${up}`)).status).toBe(204);
    expect((await call(ada, 'DELETE', '/messages/1')).status).toBe(204);
    expect((await call(ada, 'DELETE', '/messages/1')).status).toBe(204);
    const page = await history();
    expect(page).toMatchObject({
      lastSeq: 1,
      lastRev: 5,
      items: [{ seq: 1, text: '', deletedAt: expect.any(String), reactions: [] }],
    });
    expect(await call(ada, 'PATCH', '/messages/1', { text: 'again' })).toMatchObject(problem(409, 'conflict'));
  });

  test('only the sender edits; a moderator deletes, a member does not', async () => {
    const eve = await rest.signUp();
    await rest.join(eve, room.id);
    await rest.send(bob, room.id, 'bob');
    expect(await call(ada, 'PATCH', '/messages/1', { text: 'x' })).toMatchObject(problem(403, 'forbidden'));
    expect(await call(eve, 'DELETE', '/messages/1')).toMatchObject(problem(403, 'forbidden'));
    const member = `/members/${eve.user.id}`;
    expectStatus(await call(ada, 'PUT', member, { role: 'moderator' }), 200);
    expect((await call(eve, 'DELETE', '/messages/1')).status).toBe(204);
  });

  test('what does not exist or is no message number', async () => {
    expect(await call(ada, 'PATCH', '/messages/9', { text: 'x' })).toMatchObject(problem(404, 'not_found'));
    expect(await call(ada, 'DELETE', '/messages/9')).toMatchObject(problem(404, 'not_found'));
    for (const seq of ['0', '-1', 'one', '1.5', '9007199254740993'])
      expect(await call(ada, 'DELETE', `/messages/${seq}`)).toMatchObject(problem(400, 'validation_failed'));
    await rest.send(ada, room.id, 'one');
    for (const emoji of ['a', '1', '👍👍', '%00'])
      expect(
        await call(ada, 'PUT', `/messages/1/reactions/${emoji === '%00' ? emoji : encodeURIComponent(emoji)}`),
      ).toMatchObject(problem(400, 'validation_failed'));
  });
});

describe('history', () => {
  test('before, after, around and latest, ascending, from the cache and from the database', async () => {
    for (let i = 1; i <= 12; i++) await rest.send(ada, room.id, `m${i}`);
    const cached = await history();
    const redis = new Redis(stack.redisUrl);
    await redis.flushdb();
    redis.disconnect();
    expect(await history()).toEqual(cached);
    expect(seqs(await history('?limit=3'))).toEqual([10, 11, 12]);
    expect(seqs(await history('?before=5&limit=2'))).toEqual([3, 4]);
    expect(seqs(await history('?after=5&limit=2'))).toEqual([6, 7]);
    const around = seqs(await history('?around=6&limit=5'));
    expect(around).toContain(6);
    expect(around).toHaveLength(5);
    expect(await history('?before=1')).toEqual({ items: [], lastSeq: 12, lastRev: 12 });
    await rest.send(ada, room.id, 'after the loss');
    expect((await history()).lastSeq).toBe(13);
  });

  test.each(['limit=0', 'limit=101', 'before=x', 'after=-1', 'around=1.5', 'before=1&after=2'])(
    '?%s is refused',
    async (query) => {
      expect(await call(ada, 'GET', `/messages?${query}`)).toMatchObject(problem(400, 'validation_failed'));
    },
  );
});

describe('read markers', () => {
  test('move forward, never back, never past the newest', async () => {
    for (let i = 0; i < 3; i++) await rest.send(ada, room.id, 'x');
    const read = async (seq: unknown) => call(bob, 'PUT', '/read', { seq });
    expect(await read(2)).toMatchObject({ status: 200, body: { lastReadSeq: 2, unread: 1 } });
    expect((await read(1)).body).toEqual({ lastReadSeq: 2, unread: 1 });
    expect((await read(99)).body).toEqual({ lastReadSeq: 3, unread: 0 });
    for (const bad of [-1, '1', null, 1.5]) expect(await read(bad)).toMatchObject(problem(400, 'validation_failed'));
    const eve = await rest.signUp();
    expect(await call(eve, 'PUT', '/read', { seq: 1 })).toMatchObject(problem(403, 'forbidden'));
  });
});
