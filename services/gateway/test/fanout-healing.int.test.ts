import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keys, type Message, partitionOf, type Room } from '@brook/common/contracts';
import { eventually, type PrivateRedis, startPrivateRedis } from '@brook/common/testing';
import { Redis } from 'ioredis';
import { expectStatus, type Person, Rest } from './support/rest.js';
import { type SecondGateway, startSecondGateway } from './support/second-gateway.js';
import { type Frame, SocketClient } from './support/socket-client.js';
import { type Stack, startStack } from './support/stack.js';
import { trimRoomsFeed } from './support/trim-rooms-feed.js';

const PARTITIONS = 2;
const ADMIN = { username: 'the-boss', password: 'a long password' };
let server: PrivateRedis;
let stack: Stack;
let second: SecondGateway;
let rest: Rest;
let redis: Redis;
let ann: Person;
let bob: Person;
const clients: SocketClient[] = [];

beforeAll(async () => {
  server = await startPrivateRedis({ persistent: false });
  const env = { ADMIN_USERNAME: ADMIN.username, ADMIN_PASSWORD: ADMIN.password };
  stack = await startStack({ redisUrl: server.url, partitions: PARTITIONS, env });
  second = await startSecondGateway(stack);
  rest = new Rest(stack.url);
  redis = new Redis(server.url, { maxRetriesPerRequest: null });
  redis.on('error', () => undefined);
  [ann, bob] = await Promise.all([rest.signUp(), rest.signUp()]);
}, 60_000);

afterAll(async () => {
  await Promise.all(clients.map((client) => client.leave()));
  redis?.disconnect();
  await second?.stop();
  await stack?.stop();
  await server?.stop();
}, 40_000);

async function enter(person: Person, url = stack.url): Promise<SocketClient> {
  const client = await SocketClient.enter(url, person.token);
  clients.push(client);
  return client;
}
async function roomOf(...people: Person[]): Promise<Room> {
  const room = await rest.createRoom(people[0] as Person);
  for (const person of people.slice(1)) await rest.join(person, room.id);
  return room;
}
const subscribe = (client: SocketClient, roomId: string, since?: number): Promise<Frame> =>
  client.request('room.subscribe', { roomId, ...(since === undefined ? {} : { since }) });

/** Sends as a client does: again, with the same id, until it is acked. */
async function say(client: SocketClient, roomId: string, text: string): Promise<Message> {
  const clientId = randomUUID();
  const { message } = await eventually(
    async () => {
      const answer = await client.request('message.send', { roomId, clientId, text });
      return answer.type === 'ack' && (answer as { message: Message });
    },
    { timeout: 20_000, interval: 100 },
  );
  return message;
}

describe('two gateways', () => {
  test('what is sent through one is heard through the other, with its joins, kicks and typing', async () => {
    const room = await roomOf(ann);
    const [here, there] = [await enter(ann), await enter(bob, second.url)];
    await subscribe(here, room.id);
    await rest.join(bob, room.id);
    expect(await subscribe(there, room.id)).toMatchObject({ mode: 'snapshot' });
    await Promise.all([say(here, room.id, 'from here'), say(there, room.id, 'from there')]);
    for (const client of [here, there]) {
      await client.next(({ type, rev }) => type === 'message.created' && rev === 2);
      expect(client.of('message.created').map(({ rev }) => rev)).toEqual([1, 2]);
    }
    there.send({ type: 'typing', roomId: room.id });
    expect(await here.next(({ type }) => type === 'typing')).toMatchObject({ user: { id: bob.user.id } });
    expectStatus(await rest.call('DELETE', `/rooms/${room.id}/members/${bob.user.id}`, { token: ann.token }), 204);
    await there.next(({ type }) => type === 'membership.removed');
    const witness = await enter(ann, second.url);
    await subscribe(witness, room.id);
    await say(here, room.id, 'between us');
    await witness.next(({ type, rev }) => type === 'message.created' && rev === 3);
    await there.barrier();
    expect(there.of('message.created')).toHaveLength(2);
  });

  test('subscribers are told who comes online through another gateway, and who is there already', async () => {
    const eve = await rest.signUp();
    const room = await roomOf(ann, eve);
    const here = await enter(ann);
    await subscribe(here, room.id);
    const there = await enter(eve, second.url);
    const isEve = ({ type, roomId, userId }: Frame) => type === 'presence' && roomId === room.id && userId === eve.user.id;
    expect(await here.next(isEve)).toMatchObject({ online: true });
    await subscribe(there, room.id);
    const late = await enter(ann);
    await subscribe(late, room.id);
    expect(await late.next(isEve)).toMatchObject({ online: true });
  });

  test('a session that ends through one gateway ends its sockets at the other', async () => {
    const eve = await rest.signUp();
    const there = await enter(eve, second.url);
    expectStatus(await rest.call('DELETE', '/sessions/current', { token: eve.token }), 204);
    expect((await there.closed).code).toBe(4510);
  });

  test('an event that was trimmed before it was read is noticed by the next one and fetched', async () => {
    const room = await roomOf(ann, bob);
    const [here, there] = [await enter(ann), await enter(bob, second.url)];
    await Promise.all([subscribe(here, room.id), subscribe(there, room.id)]);
    await say(here, room.id, 'm1');
    await there.next(({ rev }) => rev === 1);
    second.freeze();
    // The first of these answers the read that waits in Redis; the second is only in the stream.
    await say(here, room.id, 'm2');
    await say(here, room.id, 'm3');
    await redis.xtrim(keys.events('messages', partitionOf(room.id, PARTITIONS)), 'MAXLEN', 0);
    second.thaw();
    await say(here, room.id, 'm4');
    await there.next(({ type, rev }) => type === 'message.created' && rev === 4);
    expect(there.of('message.created').map(({ rev, message }) => [rev, message.text])).toEqual([
      [1, 'm1'],
      [2, 'm2'],
      [3, 'm3'],
      [4, 'm4'],
    ]);
    expect(there.open).toBe(true);
  });
});

describe('a gateway that was away for longer than the feeds reach back', () => {
  test('has its subscribers come back, and asks anew: who was removed meanwhile hears nothing more', async () => {
    const room = await rest.createRoom(ann, { visibility: 'private' });
    const member = `/rooms/${room.id}/members/${bob.user.id}`;
    expectStatus(await rest.call('PUT', member, { token: ann.token, body: {} }), 200);
    const there = await enter(bob, second.url);
    await subscribe(there, room.id);
    const rename = async (name: string) =>
      expectStatus(await rest.call('PATCH', `/rooms/${room.id}`, { token: ann.token, body: { name } }), 200);
    second.freeze();
    // The first change answers the read that waits in Redis; what follows is only in the stream, and in the feed.
    await rename('One');
    expectStatus(await rest.call('DELETE', member, { token: ann.token }), 204);
    const session = await rest.call('POST', '/sessions', { body: { ...ADMIN, tokens: 'body' } });
    const settings = { token: session.body.accessToken as string, body: { greeting: 'Meanwhile' } };
    expectStatus(await rest.call('PUT', '/admin/widget', settings), 200);
    await rename('Two');
    // Something newer in every partition, which alone is left of it.
    const others = new Set<number>();
    while (others.size < PARTITIONS) others.add(partitionOf((await rest.createRoom(ann)).id, PARTITIONS));
    for (const partition of others) await redis.xtrim(keys.events('rooms', partition), 'MAXLEN', 0);
    await trimRoomsFeed(stack.databaseUrl, PARTITIONS);
    second.thaw();
    await rename('Three');
    expect((await there.closed).code).toBe(4000);
    expect(await subscribe(await enter(bob, second.url), room.id)).toMatchObject({ type: 'error', code: 'not_found' });
    const elsewhere = new Rest(second.url);
    await eventually(async () => expect((await elsewhere.call('GET', '/support/widget', {})).body.greeting).toBe('Meanwhile'));
  });
});

describe('Redis', () => {
  test('emptied while everything runs: history loads, sending works, live delivery goes on', async () => {
    const room = await roomOf(ann, bob);
    const [here, there] = [await enter(ann), await enter(bob, second.url)];
    await Promise.all([subscribe(here, room.id), subscribe(there, room.id)]);
    await say(here, room.id, 'before');
    await redis.flushall();
    await say(here, room.id, 'after');
    await there.next(({ type, rev }) => type === 'message.created' && rev === 2);
    const late = await enter(bob, second.url);
    expect((await subscribe(late, room.id)).messages.map(({ text }: Message) => text)).toEqual(['before', 'after']);
    const { items } = expectStatus(await rest.call('GET', `/rooms/${room.id}/messages`, { token: ann.token }), 200);
    expect(items.map(({ text }: Message) => text)).toEqual(['before', 'after']);
    await rest.join(await rest.guest(), room.id);
    await here.next(({ type }) => type === 'member.joined');
  });

  test('killed and back without its data: the same, and subscribers lack nothing', async () => {
    const room = await roomOf(ann, bob);
    const [here, there] = [await enter(ann), await enter(bob, second.url)];
    await Promise.all([subscribe(here, room.id), subscribe(there, room.id)]);
    await say(here, room.id, 'before');
    server.kill();
    await say(here, room.id, 'after');
    await there.next(({ type, rev }) => type === 'message.created' && rev === 2);
    expect(there.of('message.created').map(({ rev }) => rev)).toEqual([1, 2]);
    expect(there.open).toBe(true);
  }, 40_000);
});

describe('leaving', () => {
  test('a gateway that stops says goodbye, closes 4001 and exits 0; the client resumes elsewhere', async () => {
    const room = await roomOf(ann);
    const client = await enter(ann, second.url);
    const { lastRev } = await subscribe(client, room.id);
    const exit = second.stop();
    expect(await client.next(({ type }) => type === 'goodbye')).toMatchObject({ reconnectAfterMs: expect.any(Number) });
    expect((await client.closed).code).toBe(4001);
    expect(await exit).toBe(0);
    const again = await enter(ann);
    const message = await say(again, room.id, 'meanwhile');
    expect(await subscribe(again, room.id, lastRev)).toMatchObject({ mode: 'resume', messages: [{ id: message.id }] });
  });
});
