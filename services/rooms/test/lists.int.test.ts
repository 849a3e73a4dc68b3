import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Page, type Room, type RoomListItem, uuid } from '@brook/common/contracts';
import { eventually } from '@brook/common/testing';
import { v7 as uuidv7 } from 'uuid';
import { Harness, newUser } from './harness.js';

let rooms: Harness;
beforeAll(async () => {
  rooms = await Harness.start();
});
afterAll(() => rooms.stop());

type Query = Record<string, string | number | undefined>;

/** All pages of a list, in order. */
async function all<T>(path: string, query: Query): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const page: Page<T> = await rooms.http.request<Page<T>>(path, { query: { ...query, cursor } });
    items.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return items;
}

describe('public rooms', () => {
  test('newest first, page by page, without private ones, found by any part of the name', async () => {
    const owner = newUser();
    const made: Room[] = [];
    for (const name of ['Äpfel 1', 'äPFEL 2', '100% _apple_', '사과 방']) made.push(await rooms.createRoom(owner, { name }));
    await rooms.createRoom(owner, { name: 'Äpfel hidden', visibility: 'private' });
    const listed = await all<Room>('/rooms', { limit: 2 });
    expect(listed.filter(({ ownerId }) => ownerId === owner.id)).toEqual(made.toReversed());
    const found = async (query: string) => (await all<Room>('/rooms', { query })).map(({ name }) => name);
    expect(await found('ÄPFEL')).toEqual(['äPFEL 2', 'Äpfel 1']);
    expect(await found('0% _')).toEqual(['100% _apple_']);
    expect(await found('과')).toEqual(['사과 방']);
    expect(await found('nothing like it')).toEqual([]);
  });

  test.each(['x', 'bm90IGpzb24', Buffer.from('["a","b"]').toString('base64url')])(
    'a bad cursor is refused: %s',
    async (cursor) => {
      for (const path of ['/rooms', `/users/${newUser().id}/rooms`])
        expect(await rooms.refusal(rooms.http.request(path, { query: { cursor } }))).toBe('validation_failed');
    },
  );

  test.each([{ limit: 0 }, { limit: 101 }, { limit: 'x' }])('a bad limit is refused: %j', async (query) => {
    expect(await rooms.refusal(rooms.http.request('/rooms', { query }))).toBe('validation_failed');
  });
});

describe('a person’s rooms', () => {
  test('latest activity first, with role, unread and newest message; every one once', async () => {
    const [ann, ben] = [newUser(), newUser()];
    const made: Room[] = [];
    for (let i = 0; i < 5; i++) made.push(await rooms.createRoom(i % 2 ? ann : ben, { name: `Room ${i}` }));
    for (const room of made) await rooms.join(room, ann);
    await rooms.neighbours.send((made[1] as Room).id, ben, 'hello');
    await rooms.neighbours.send((made[3] as Room).id, ann, 'mine');
    const path = `/users/${ann.id}/rooms`;
    const items = await eventually(async () => {
      const listed = await all<RoomListItem>(path, { limit: 2 });
      return listed.filter(({ lastMessage }) => lastMessage).length === 2 && listed;
    });
    expect(items.slice(0, 2).map(({ room }) => room.name)).toEqual(['Room 3', 'Room 1']);
    expect(items[0]).toMatchObject({ role: 'owner', unread: 0, lastReadSeq: 1, lastMessage: { text: 'mine' } });
    expect(items[1]).toMatchObject({ role: 'owner', unread: 1, lastReadSeq: 0, room: { lastSeq: 1 } });
    expect(items.map(({ room }) => room.id).sort()).toEqual(made.map(({ id }) => id).sort());
    const { rooms: ids } = await rooms.http.request<{ rooms: Record<string, string[]> }>('/users/room-ids', {
      method: 'POST',
      body: { userIds: [ann.id, ben.id, newUser().id] },
    });
    expect(Object.values(ids).map(({ length }) => length)).toEqual([5, 3, 0]);
  });

  test('500 rooms come in one round trip of milliseconds', async () => {
    const user = newUser();
    await rooms.prisma.$executeRaw`
      WITH made AS (INSERT INTO rooms (id, name, topic, visibility, kind, owner_id, member_count, created_at)
        SELECT gen_random_uuid(), 'r' || i, '', 'private', 'group', ${user.id}::uuid, 1, now() - i * interval '1 minute'
        FROM generate_series(1, 500) i RETURNING id, created_at),
      headed AS (INSERT INTO heads (room_id) SELECT id FROM made)
      INSERT INTO members (room_id, user_id, role, joined_at, last_read_seq) SELECT id, ${user.id}::uuid, 'owner', created_at, 0 FROM made`;
    const listed = await all<RoomListItem>(`/users/${user.id}/rooms`, { limit: 100 });
    expect(new Set(listed.map(({ room }) => room.id)).size).toBe(500);
    expect(listed[0]?.room.name).toBe('r1');
  });
});

describe('members', () => {
  test('the oldest first, page by page', async () => {
    const owner = newUser();
    const room = await rooms.createRoom(owner);
    const users = Array.from({ length: 7 }, () => newUser());
    for (const user of users) await rooms.join(room, user);
    const members = await all<{ userId: string; role: string; joinedAt: string }>(`/rooms/${room.id}/members`, { limit: 3 });
    expect(members.map(({ userId }) => userId)).toEqual([owner.id, ...users.map(({ id }) => id)]);
    expect(members[0]).toEqual({ userId: owner.id, role: 'owner', joinedAt: room.createdAt });
    expect(members.every(({ userId }) => uuid.safeParse(userId).success)).toBe(true);
  });

  test('of a room that is not there are not found', async () => {
    expect(await rooms.refusal(rooms.http.request(`/rooms/${uuidv7()}/members`))).toBe('not_found');
    expect(await rooms.refusal(rooms.http.request('/rooms/x/members'))).toBe('validation_failed');
  });
});

test('the service is ready, names itself, and keeps strangers out', async () => {
  const { port, stop } = await rooms.startService();
  const at = (path: string) => fetch(`http://127.0.0.1:${port}${path}`);
  await eventually(async () => (await at('/readyz')).status === 200);
  expect((await at('/healthz')).status).toBe(200);
  expect((await at('/internal/rooms')).status).toBe(401);
  expect(await (await at('/metrics')).text()).toContain('brook_commands_total');
  expect(await rooms.http.request('/meta')).toMatchObject({ service: 'rooms', partitions: 2 });
  await stop();
});
