import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Room } from '@brook/common/contracts';
import { eventually } from '@brook/common/testing';
import { expectStatus, type Person, Rest } from './support/rest.js';
import { type Stack, startStack } from './support/stack.js';

let stack: Stack;
let rest: Rest;
let ada: Person;
let bob: Person;
let eve: Person;

beforeAll(async () => {
  stack = await startStack();
  rest = new Rest(stack.url);
  [ada, bob, eve] = await Promise.all([rest.signUp(), rest.signUp(), rest.signUp()]);
}, 90_000);
afterAll(() => stack?.stop());

const problem = (status: number, code: string) => ({ status, body: expect.objectContaining({ status, code }) });
const call = (who: Person, method: string, path: string, body?: unknown) => rest.call(method, path, { token: who.token, body });

describe('rooms', () => {
  test('are created, read, renamed and deleted; everything is seen at once', async () => {
    const created = await call(ada, 'POST', '/rooms', { name: ' Garden ', topic: 'Roses' });
    expect(created.status).toBe(201);
    const room = created.body.room as Room;
    expect(room).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-7/),
      name: 'Garden',
      topic: 'Roses',
      visibility: 'public',
      kind: 'group',
      ownerId: ada.user.id,
      memberCount: 1,
      lastSeq: 0,
      createdAt: expect.any(String),
    });
    expect(created.headers.get('location')).toBe(`/api/v1/rooms/${room.id}`);
    expect((await call(bob, 'GET', `/rooms/${room.id}`)).body).toEqual({ room });
    const renamed = await call(ada, 'PATCH', `/rooms/${room.id}`, { name: 'Orchard' });
    expect(renamed).toMatchObject({ status: 200, body: { room: { ...room, name: 'Orchard' } } });
    expect((await call(bob, 'GET', `/rooms/${room.id}`)).body.room.name).toBe('Orchard');
    expect((await call(ada, 'DELETE', `/rooms/${room.id}`)).status).toBe(204);
    expect(await call(ada, 'GET', `/rooms/${room.id}`)).toMatchObject(problem(404, 'not_found'));
    expect(await call(ada, 'DELETE', `/rooms/${room.id}`)).toMatchObject(problem(404, 'not_found'));
  });

  test('one Idempotency-Key makes one room, also at the same moment', async () => {
    const headers = { 'idempotency-key': 'make-it-once' };
    const create = () => rest.call('POST', '/rooms', { token: ada.token, headers, body: { name: 'Once' } });
    const answers = await Promise.all([create(), create(), create()]);
    answers.push(await create());
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201, 201]);
    expect(new Set(answers.map(({ body }) => body.room.id)).size).toBe(1);
  });

  test('one key for two different writes answers each with its own', async () => {
    const headers = { 'idempotency-key': 'shared' };
    const room = expectStatus(await rest.call('POST', '/rooms', { token: ada.token, headers, body: { name: 'K' } }), 201).room;
    const patched = await rest.call('PATCH', `/rooms/${room.id}`, { token: ada.token, headers, body: { name: 'L' } });
    expect(patched.body.room.name).toBe('L');
  });

  test.each([
    {},
    { name: '' },
    { name: '   ' },
    { name: 'x'.repeat(101) },
    { name: 'ok', topic: 'x'.repeat(501) },
    { name: 'ok', visibility: 'secret' },
    { name: 7 },
    { name: 'a\u0000b' },
    { name: '\ud800' },
  ])('POST /rooms %j is refused', async (body) => {
    expect(await call(ada, 'POST', '/rooms', body)).toMatchObject(problem(400, 'validation_failed'));
  });

  test('guests create none', async () => {
    const guest = await rest.guest();
    expect(await call(guest, 'POST', '/rooms', { name: 'Mine' })).toMatchObject(problem(403, 'forbidden'));
  });

  test('strangers and members may not rename or delete', async () => {
    const room = await rest.createRoom(ada);
    await rest.join(bob, room.id);
    for (const who of [bob, eve]) {
      expect(await call(who, 'PATCH', `/rooms/${room.id}`, { name: 'Mine' })).toMatchObject(problem(403, 'forbidden'));
      expect(await call(who, 'DELETE', `/rooms/${room.id}`)).toMatchObject(problem(403, 'forbidden'));
    }
  });

  test('a private room looks like none to whom it does not concern', async () => {
    const room = await rest.createRoom(ada, { visibility: 'private' });
    const path = `/rooms/${room.id}`;
    const calls: [string, string, unknown?][] = [
      ['GET', path],
      ['PATCH', path, { name: 'Mine' }],
      ['DELETE', path],
      ['GET', `${path}/members`],
      ['PUT', `${path}/members/me`],
      ['DELETE', `${path}/members/me`],
      ['PUT', `${path}/members/${eve.user.id}`, {}],
      ['PUT', `${path}/bans/${ada.user.id}`],
      ['GET', `${path}/messages`],
      ['POST', `${path}/messages`, { clientId: randomUUID(), text: 'hi' }],
      ['PATCH', `${path}/messages/1`, { text: 'hi' }],
      ['DELETE', `${path}/messages/1`],
      ['PUT', `${path}/messages/1/reactions/${encodeURIComponent('👍')}`],
      ['PUT', `${path}/read`, { seq: 1 }],
    ];
    for (const [method, at, body] of calls) expect(await call(eve, method, at, body)).toMatchObject(problem(404, 'not_found'));
  });

  test('ids that are none are 400, unknown ones 404', async () => {
    expect(await call(ada, 'GET', '/rooms/42')).toMatchObject(problem(400, 'validation_failed'));
    expect(await call(ada, 'GET', `/rooms/${randomUUID()}`)).toMatchObject(problem(404, 'not_found'));
    expect(await call(ada, 'GET', '/rooms/%E0%A4%A')).toMatchObject(problem(400, 'validation_failed'));
  });
});

describe('lists', () => {
  test('public rooms: newest first, by name, page by page', async () => {
    const mark = randomUUID().slice(0, 8);
    const made: string[] = [];
    for (let i = 0; i < 5; i++) made.push((await rest.createRoom(ada, { name: `List ${mark} ${i}` })).id);
    await rest.createRoom(ada, { name: `List ${mark} private`, visibility: 'private' });
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const at: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
      const page = expectStatus(await call(bob, 'GET', `/rooms?query=${mark}&limit=2${at}`), 200);
      seen.push(...page.items.map(({ id }: Room) => id));
      cursor = page.nextCursor;
    } while (cursor !== null);
    expect(seen).toEqual(made.reverse());
  });

  test('one own rooms carry role, marker and newest message', async () => {
    const me = await rest.signUp();
    const room = await rest.createRoom(ada);
    await rest.join(me, room.id);
    const message = await rest.send(ada, room.id, 'hello');
    await eventually(async () => {
      const { items, nextCursor } = expectStatus(await call(me, 'GET', '/me/rooms'), 200);
      expect(nextCursor).toBeNull();
      expect(items).toEqual([
        {
          room: expect.objectContaining({ id: room.id, lastSeq: 1, memberCount: 2 }),
          role: 'member',
          lastReadSeq: 0,
          unread: 1,
          unreadMentions: 0,
          lastMessage: {
            id: message.id,
            seq: 1,
            sender: message.sender,
            text: 'hello',
            createdAt: message.createdAt,
            deletedAt: null,
          },
        },
      ]);
    });
  });

  test.each(['limit=0', 'limit=101', 'limit=x', 'limit=1.5', 'cursor=nonsense', 'cursor=', 'limit=1&limit=2'])(
    '?%s is refused everywhere',
    async (query) => {
      const room = await rest.createRoom(ada);
      for (const path of ['/rooms', '/me/rooms', `/rooms/${room.id}/members`])
        expect(await call(ada, 'GET', `${path}?${query}`)).toMatchObject(problem(400, 'validation_failed'));
    },
  );
});

test('a list is not asked for what no name can have in it', async () => {
  expect(await call(ada, 'GET', '/rooms?query=%00')).toMatchObject(problem(400, 'validation_failed'));
});

describe('members', () => {
  test('join, are listed as users, and leave', async () => {
    const room = await rest.createRoom(ada);
    await rest.send(ada, room.id, 'before');
    const joined = await call(bob, 'PUT', `/rooms/${room.id}/members/me`);
    expect(joined).toMatchObject({ status: 200 });
    expect(joined.body).toEqual({
      membership: { roomId: room.id, userId: bob.user.id, role: 'member', joinedAt: expect.any(String), lastReadSeq: 1 },
    });
    expect((await call(bob, 'PUT', `/rooms/${room.id}/members/me`)).body).toEqual(joined.body);
    expect((await call(bob, 'GET', `/rooms/${room.id}`)).body.room).toMatchObject({ memberCount: 2, lastSeq: 1 });
    const { items } = expectStatus(await call(eve, 'GET', `/rooms/${room.id}/members`), 200);
    expect(items).toHaveLength(2);
    expect(items).toContainEqual({ user: ada.user, role: 'owner', joinedAt: expect.any(String) });
    expect(items).toContainEqual({ user: bob.user, role: 'member', joinedAt: joined.body.membership.joinedAt });
    expect((await call(bob, 'DELETE', `/rooms/${room.id}/members/me`)).status).toBe(204);
    expect(await call(bob, 'POST', `/rooms/${room.id}/messages`, { clientId: randomUUID(), text: 'x' })).toMatchObject(
      problem(403, 'forbidden'),
    );
  });

  test('are added to a private room, get roles and are removed, by those who may', async () => {
    const room = await rest.createRoom(ada, { visibility: 'private' });
    const at = (who: Person) => `/rooms/${room.id}/members/${who.user.id}`;
    expect(await call(ada, 'PUT', at(bob), {})).toMatchObject({ status: 200, body: { membership: { role: 'member' } } });
    expect((await call(bob, 'GET', `/rooms/${room.id}`)).status).toBe(200);
    expect(await call(bob, 'PUT', at(eve), {})).toMatchObject(problem(403, 'forbidden'));
    expect(await call(bob, 'PUT', at(bob), { role: 'owner' })).toMatchObject(problem(403, 'forbidden'));
    expect(await call(ada, 'PUT', at(bob), { role: 'moderator' })).toMatchObject({ body: { membership: { role: 'moderator' } } });
    expect((await call(bob, 'PUT', at(eve))).status).toBe(200);
    expect((await call(bob, 'DELETE', at(eve))).status).toBe(204);
    expect(await call(eve, 'GET', `/rooms/${room.id}`)).toMatchObject(problem(404, 'not_found'));
    expect(await call(ada, 'PUT', at(bob), { role: 'king' })).toMatchObject(problem(400, 'validation_failed'));
    expect(await call(ada, 'PUT', `/rooms/${room.id}/members/${randomUUID()}`, {})).toMatchObject(problem(404, 'not_found'));
    expect(await call(ada, 'PUT', `/rooms/${room.id}/members/nobody`, {})).toMatchObject(problem(400, 'validation_failed'));
  });

  test('who is banned may neither read, write nor come back, until the ban is lifted', async () => {
    const room = await rest.createRoom(ada);
    await rest.join(bob, room.id);
    await rest.send(bob, room.id, 'hi');
    const ban = `/rooms/${room.id}/bans/${bob.user.id}`;
    expect(await call(eve, 'PUT', ban)).toMatchObject(problem(403, 'forbidden'));
    expect((await call(ada, 'PUT', ban)).status).toBe(204);
    expect(await call(bob, 'GET', `/rooms/${room.id}/messages`)).toMatchObject(problem(403, 'forbidden'));
    expect(await call(bob, 'PUT', `/rooms/${room.id}/members/me`)).toMatchObject(problem(403, 'forbidden'));
    expect(await call(bob, 'POST', `/rooms/${room.id}/messages`, { clientId: randomUUID(), text: 'x' })).toMatchObject(
      problem(403, 'forbidden'),
    );
    expect((await call(ada, 'DELETE', ban)).status).toBe(204);
    await rest.join(bob, room.id);
  });

  test('guests join public rooms and talk, but add nobody', async () => {
    const guest = await rest.guest();
    const room = await rest.createRoom(ada);
    await rest.join(guest, room.id);
    expect((await rest.send(guest, room.id, 'hello')).sender.id).toBe(guest.user.id);
    expect(await call(guest, 'PUT', `/rooms/${room.id}/members/${bob.user.id}`, {})).toMatchObject(problem(403, 'forbidden'));
  });
});
