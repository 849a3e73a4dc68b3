import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keys, type MemberItem, type Membership, type Page, partitionOf, type Room } from '@brook/common/contracts';
import { eventually } from '@brook/common/testing';
import { Redis } from 'ioredis';
import pg from 'pg';
import { expectStatus, type Person, Rest } from './support/rest.js';
import { type SecondGateway, startSecondGateway } from './support/second-gateway.js';
import { type Frame, SocketClient } from './support/socket-client.js';
import { type Stack, startStack } from './support/stack.js';

const PARTITIONS = 2;
/** So many join, leave and are banned, all at once, each through one of two gateways. */
const EACH = 100;
let stack: Stack;
let second: SecondGateway;
let gateways: Rest[];
let owner: Person;
let people: Person[];

beforeAll(async () => {
  stack = await startStack({ partitions: PARTITIONS });
  second = await startSecondGateway(stack);
  gateways = [new Rest(stack.url), new Rest(second.url)];
  owner = await gatewayOf(0).signUp();
  people = await Promise.all(Array.from({ length: 3 * EACH }, (_, i) => gatewayOf(i).guest()));
}, 90_000);
afterAll(async () => {
  await second?.stop();
  await stack?.stop();
}, 30_000);

const gatewayOf = (i: number): Rest => gateways[i % gateways.length] as Rest;

test(`${EACH} joins, leaves and bans at once: rows, count, read model and two gateways agree`, async () => {
  const room = await gatewayOf(0).createRoom(owner);
  const [joiners, leavers, banned] = [0, 1, 2].map((k) => people.slice(k * EACH, (k + 1) * EACH)) as [
    Person[],
    Person[],
    Person[],
  ];
  await Promise.all([...leavers, ...banned].map((person, i) => gatewayOf(i).join(person, room.id)));
  const watchers = await Promise.all([stack.url, second.url].map((url) => SocketClient.enter(url, owner.token)));
  for (const watcher of watchers) await watcher.request('room.subscribe', { roomId: room.id });
  await warm(room.id);

  await Promise.all([
    ...joiners.map((person, i) => gatewayOf(i).join(person, room.id)),
    ...leavers.map((person, i) => as(i, person, 'DELETE', `/rooms/${room.id}/members/me`, 204)),
    ...banned.map(({ user }, i) => as(i, owner, 'PUT', `/rooms/${room.id}/bans/${user.id}`, 204)),
    // Those who are banned come back and write meanwhile, as long as they are let.
    ...banned.map((person, i) => gatewayOf(i + 1).call('PUT', `/rooms/${room.id}/members/me`, { token: person.token })),
  ]);

  const members = [owner, ...joiners].map(({ user }) => user.id).sort();
  const bans = banned.map(({ user }) => user.id).sort();
  expect(await stored(room.id)).toEqual({ members, bans, count: members.length });
  for (const at of [0, 1]) {
    expect(await listed(at, room.id)).toEqual(members);
    expect((await as(at, owner, 'GET', `/rooms/${room.id}`, 200)).room).toMatchObject({ memberCount: members.length });
    for (const [group, status] of [
      [joiners, 201],
      [leavers, 403],
      [banned, 403],
    ] as const)
      for (const person of group.slice(0, 10)) {
        const body = { clientId: randomUUID(), text: 'hi' };
        await as(at, person, 'POST', `/rooms/${room.id}/messages`, status, body);
      }
  }
  const cached = await readModel(room.id);
  expect(cached).toEqual({ members, bans, count: members.length });
  for (const watcher of watchers) {
    await eventually(() => expect(following(watcher, [owner, ...leavers, ...banned], room.id)).toEqual(members));
    await watcher.leave();
  }
}, 60_000);

test('who is forgiven, joins and writes at once is never refused', async () => {
  const room = await gatewayOf(0).createRoom(owner);
  const [eve] = people as [Person];
  const ban = `/rooms/${room.id}/bans/${eve.user.id}`;
  for (let i = 0; i < 30; i++) {
    await as(i, owner, 'PUT', ban, 204);
    await as(i, owner, 'DELETE', ban, 204);
    await as(i + 1, eve, 'PUT', `/rooms/${room.id}/members/me`, 200);
    await as(i + 1, eve, 'POST', `/rooms/${room.id}/messages`, 201, { clientId: randomUUID(), text: 'thank you' });
  }
});

test('who is added through one gateway subscribes through another at once; who is removed hears nothing there after 1 s', async () => {
  const room = await gatewayOf(0).createRoom(owner, { visibility: 'private' });
  const eve = await gatewayOf(1).signUp();
  const [here, there] = [await SocketClient.enter(stack.url, owner.token), await SocketClient.enter(second.url, eve.token)];
  const at = `/rooms/${room.id}/members/${eve.user.id}`;
  const say = (text: string) => as(0, owner, 'POST', `/rooms/${room.id}/messages`, 201, { clientId: randomUUID(), text });
  for (let i = 0; i < 5; i++) {
    await as(0, owner, 'PUT', at, 200, {});
    expect(await there.request('room.subscribe', { roomId: room.id })).toMatchObject({ type: 'ack' });
    await say(`to both ${i}`);
    await there.next(({ type, message }) => type === 'message.created' && message.text === `to both ${i}`);
    const removals = there.of('membership.removed').length;
    await as(0, owner, 'DELETE', at, 204);
    await eventually(() => expect(there.of('membership.removed')).toHaveLength(removals + 1), { timeout: 1_000, interval: 10 });
    await say(`between us ${i}`);
    await there.barrier();
    expect(await there.request('message.send', { roomId: room.id, clientId: randomUUID(), text: 'x' })).toMatchObject({
      code: 'not_found',
    });
  }
  expect(there.of('message.created').map(({ message }) => message.text)).toEqual([0, 1, 2, 3, 4].map((i) => `to both ${i}`));
  await Promise.all([here.leave(), there.leave()]);
});

test('the people of a gateway that dies are offline within 30 s, and who comes back through another is not', async () => {
  const room = await gatewayOf(0).createRoom(owner);
  const [gone, back] = await Promise.all([gatewayOf(0).signUp(), gatewayOf(0).signUp()]);
  for (const person of [gone, back]) await gatewayOf(0).join(person, room.id);
  const watcher = await SocketClient.enter(stack.url, owner.token);
  await watcher.request('room.subscribe', { roomId: room.id });
  const sockets = await Promise.all([gone, back].map(({ token }) => SocketClient.enter(second.url, token)));
  const of =
    ({ user }: Person, online: boolean) =>
    (frame: Frame) =>
      frame.type === 'presence' && frame.roomId === room.id && frame.userId === user.id && frame.online === online;
  await Promise.all([watcher.next(of(gone, true)), watcher.next(of(back, true))]);
  await second.kill();
  const died = performance.now();
  await Promise.all(sockets.map(({ closed }) => closed));
  const again = await SocketClient.enter(stack.url, back.token);
  await eventually(() => expect(watcher.frames.find(of(gone, false))).toBeDefined(), { timeout: 30_000 });
  expect(performance.now() - died).toBeLessThan(30_000);
  expect(watcher.frames.find(of(back, false))).toBeUndefined();
  await Promise.all([watcher.leave(), again.leave()]);
}, 60_000);

async function as(at: number, { token }: Person, method: string, path: string, status: number, body?: object): Promise<Frame> {
  return expectStatus(await gatewayOf(at).call(method, path, { token, body }), status);
}

/** Who is a member by the events that a subscriber got, beginning with those who were. */
function following(watcher: SocketClient, before: Person[], roomId: string): string[] {
  const members = new Set(before.map(({ user }) => user.id));
  for (const frame of watcher.frames) {
    if (frame.roomId !== roomId) continue;
    if (frame.type === 'member.joined') members.add(frame.user.id);
    if (frame.type === 'member.left') members.delete(frame.user.id);
  }
  return [...members].sort();
}

async function listed(at: number, roomId: string): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? '' : `&cursor=${encodeURIComponent(cursor)}`;
    const page = (await as(at, owner, 'GET', `/rooms/${roomId}/members?limit=100${query}`, 200)) as Page<MemberItem>;
    ids.push(...page.items.map(({ user }) => user.id));
    cursor = page.nextCursor;
  } while (cursor !== null);
  return ids.sort();
}

async function stored(roomId: string): Promise<object> {
  const client = new pg.Client({ connectionString: stack.databaseUrl });
  await client.connect();
  try {
    const idsOf = async (table: string) =>
      (await client.query<{ id: string }>(`SELECT user_id AS id FROM rooms.${table} WHERE room_id = $1`, [roomId])).rows.map(
        ({ id }) => id,
      );
    const { rows } = await client.query<{ count: number }>('SELECT member_count AS count FROM rooms.rooms WHERE id = $1', [
      roomId,
    ]);
    return { members: (await idsOf('members')).sort(), bans: (await idsOf('bans')).sort(), count: rows[0]?.count };
  } finally {
    await client.end();
  }
}

/** Any question about access that no cache answers has the room warmed. */
async function warm(roomId: string): Promise<void> {
  await eventually(async () => {
    await as(0, owner, 'GET', `/rooms/${roomId}/members`, 200);
    expect(await readModel(roomId)).toMatchObject({ count: 2 * EACH + 1 });
  });
}

async function readModel(roomId: string): Promise<object> {
  const redis = new Redis(stack.redisUrl);
  try {
    const fields = await redis.hgetall(keys.roomInfo(partitionOf(roomId, PARTITIONS), roomId));
    const named = (prefix: string) =>
      Object.keys(fields)
        .filter((field) => field.startsWith(prefix))
        .map((field) => field.slice(prefix.length));
    for (const id of named('m:')) expect(JSON.parse(fields[`m:${id}`] ?? '') as Membership).toMatchObject({ roomId, userId: id });
    const room = JSON.parse(fields['room'] ?? 'null') as Room | null;
    return { members: named('m:').sort(), bans: named('b:').sort(), count: room?.memberCount };
  } finally {
    redis.disconnect();
  }
}
