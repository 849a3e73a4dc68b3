import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keys, type Message, partitionOf, type Room } from '@brook/common/contracts';
import { eventually } from '@brook/common/testing';
import { Redis } from 'ioredis';
import { expectStatus, type Person, Rest } from './support/rest.js';
import { type Frame, SocketClient } from './support/socket-client.js';
import { type Stack, startStack } from './support/stack.js';

const PARTITIONS = 2;
let stack: Stack;
let rest: Rest;
let redis: Redis;
let ann: Person;
let bob: Person;
const clients: SocketClient[] = [];

beforeAll(async () => {
  stack = await startStack({ partitions: PARTITIONS });
  rest = new Rest(stack.url);
  redis = new Redis(stack.redisUrl);
  [ann, bob] = await Promise.all([rest.signUp(), rest.signUp()]);
}, 60_000);

afterAll(async () => {
  await Promise.all(clients.map((client) => client.leave()));
  redis?.disconnect();
  await stack?.stop();
}, 30_000);

async function enter(person: Person): Promise<SocketClient> {
  const client = await SocketClient.enter(stack.url, person.token);
  clients.push(client);
  return client;
}
async function roomOf(...people: Person[]): Promise<Room> {
  const room = await rest.createRoom(people[0] as Person);
  for (const person of people.slice(1)) await rest.join(person, room.id);
  return room;
}
const say = (client: SocketClient, roomId: string, text: string, clientId: string = randomUUID()): Promise<Frame> =>
  client.request('message.send', { roomId, clientId, text });
const subscribe = (client: SocketClient, roomId: string, since?: number): Promise<Frame> =>
  client.request('room.subscribe', { roomId, ...(since === undefined ? {} : { since }) });
const seqs = (messages: Message[]): number[] => messages.map(({ seq }) => seq);
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i + 1);

describe('order', () => {
  test('20 senders at once: every receiver sees 1..n in one order, and each sender in its own', async () => {
    const [SENDERS, EACH] = [20, 12];
    const people = await Promise.all(upTo(SENDERS).map(() => rest.guest()));
    const room = await roomOf(ann, ...people);
    const sockets = await Promise.all(people.map((person) => enter(person)));
    for (const socket of sockets) expect(await subscribe(socket, room.id)).toMatchObject({ mode: 'snapshot', messages: [] });
    const acks = await Promise.all(sockets.flatMap((socket, s) => upTo(EACH).map((m) => say(socket, room.id, `${s} ${m}`))));
    for (const ack of acks) expect(ack).toMatchObject({ type: 'ack', message: { roomId: room.id } });
    const total = SENDERS * EACH;
    for (const socket of sockets) {
      await socket.next(({ type, rev }) => type === 'message.created' && rev === total);
      const events = socket.of('message.created');
      expect(events.map(({ rev }) => rev)).toEqual(upTo(total));
      expect(seqs(events.map(({ message }) => message))).toEqual(upTo(total));
    }
    const texts = sockets[0]?.of('message.created').map(({ message }) => message.text as string) ?? [];
    for (const [s] of sockets.entries())
      expect(texts.filter((text) => text.startsWith(`${s} `))).toEqual(upTo(EACH).map((m) => `${s} ${m}`));
    for (const { message } of acks) expect(texts[message.seq - 1]).toBe(message.text);
  });

  test('one clientId from two sockets at once is stored once, and both get the same message', async () => {
    const room = await roomOf(ann);
    const [one, two] = await Promise.all([enter(ann), enter(ann)]);
    await subscribe(one, room.id);
    const clientId = randomUUID();
    const [a, b] = await Promise.all([say(one, room.id, 'first', clientId), say(two, room.id, 'second', clientId)]);
    expect(a.message).toEqual(b.message);
    expect(await say(two, room.id, 'third', clientId)).toMatchObject({ type: 'ack', message: a.message });
    const after = await say(one, room.id, 'after');
    expect(after.message.seq).toBe(2);
    await one.next(({ type, rev }) => type === 'message.created' && rev === 2);
    expect(one.of('message.created').map(({ rev }) => rev)).toEqual([1, 2]);
  });
});

describe('subscribing', () => {
  test('snapshot, resume, too new a cursor; and the cache is warm before the ack', async () => {
    const room = await roomOf(ann);
    const socket = await enter(ann);
    for (const n of upTo(55)) await say(socket, room.id, `m${n}`);
    const info = keys.room(partitionOf(room.id, PARTITIONS), room.id);
    await redis.del(`${info}:recent`, `${info}:recent:meta`, `${info}:head`);
    const snapshot = await subscribe(socket, room.id);
    expect(snapshot).toMatchObject({ mode: 'snapshot', source: 'database', lastSeq: 55, lastRev: 55 });
    expect(seqs(snapshot.messages)).toEqual(upTo(55).slice(5));
    const warm = await subscribe(socket, room.id);
    expect(warm).toEqual({ ...snapshot, id: warm.id, source: 'cache' });
    expect(await subscribe(socket, room.id, 55)).toMatchObject({ mode: 'resume', messages: [], source: 'cache' });
    const resumed = await subscribe(socket, room.id, 52);
    expect(resumed).toMatchObject({ mode: 'resume', source: 'cache', lastRev: 55 });
    expect(seqs(resumed.messages)).toEqual([53, 54, 55]);
    const old = await subscribe(socket, room.id, 3);
    expect(old).toMatchObject({ mode: 'resume', source: 'database' });
    expect(seqs(old.messages)).toEqual(upTo(55).slice(3));
    expect(await subscribe(socket, room.id, 99)).toMatchObject({ mode: 'snapshot', lastRev: 55 });
    // Many subscribes were one subscription: an event comes once.
    await say(socket, room.id, 'once');
    await socket.next(({ type, rev }) => type === 'message.created' && rev === 56);
    await socket.barrier();
    expect(socket.of('message.created')).toHaveLength(1);
  });

  test('an expired list followed by one message is never a history of one message', async () => {
    const room = await roomOf(ann);
    const socket = await enter(ann);
    for (const n of upTo(5)) await say(socket, room.id, `m${n}`);
    const key = keys.recent(partitionOf(room.id, PARTITIONS), room.id);
    expect(await redis.llen(key)).toBe(5);
    await redis.del(key);
    await say(socket, room.id, 'sixth');
    const answer = await subscribe(socket, room.id);
    expect(seqs(answer.messages)).toEqual(upTo(6));
    expect(answer).toMatchObject({ source: 'database' });
  });

  test('an edit of a message outside the cached 50 is not missed by a resume', async () => {
    const room = await roomOf(ann);
    const socket = await enter(ann);
    for (const n of upTo(60)) await say(socket, room.id, `m${n}`);
    const before = await subscribe(socket, room.id);
    expect(before.lastRev).toBe(60);
    await socket.request('room.unsubscribe', { roomId: room.id });
    expect(await socket.request('message.edit', { roomId: room.id, seq: 2, text: 'changed' })).toMatchObject({
      type: 'ack',
      message: { seq: 2, rev: 61, text: 'changed' },
    });
    const resumed = await subscribe(socket, room.id, before.lastRev);
    expect(resumed).toMatchObject({ mode: 'resume', lastRev: 61, messages: [{ seq: 2, rev: 61, text: 'changed' }] });
  });

  test('who unsubscribed hears nothing more', async () => {
    const room = await roomOf(ann, bob);
    const [one, other] = await Promise.all([enter(ann), enter(bob)]);
    await Promise.all([subscribe(one, room.id), subscribe(other, room.id)]);
    expect(await one.request('room.unsubscribe', { roomId: room.id })).toMatchObject({ type: 'ack' });
    await say(other, room.id, 'hello?');
    await other.next(({ type }) => type === 'message.created');
    await one.barrier();
    expect(one.of('message.created')).toEqual([]);
  });
});

describe('changes', () => {
  test('edits, deletes and reactions reach subscribers with their revs', async () => {
    const room = await roomOf(ann, bob);
    const [one, other] = await Promise.all([enter(ann), enter(bob)]);
    await subscribe(other, room.id);
    await say(one, room.id, 'hi');
    const at = { roomId: room.id, seq: 1 };
    expect(await other.request('message.react', { ...at, emoji: '👍', on: true })).toMatchObject({ type: 'ack' });
    expect(await one.request('message.edit', { ...at, text: 'hey' })).toMatchObject({ message: { text: 'hey', rev: 3 } });
    expect(await other.request('message.delete', at)).toMatchObject({ type: 'error', code: 'forbidden' });
    expect(await one.request('message.delete', at)).toMatchObject({ type: 'ack', message: { rev: 4, text: '' } });
    await other.next(({ type }) => type === 'message.deleted');
    expect(other.frames.filter(({ type }) => String(type).startsWith('message.')).map(({ type, rev }) => [type, rev])).toEqual([
      ['message.created', 1],
      ['message.updated', 2],
      ['message.updated', 3],
      ['message.deleted', 4],
    ]);
  });

  test('two edits under one frame id are two edits', async () => {
    const room = await roomOf(ann);
    const one = await enter(ann);
    await say(one, room.id, 'hi');
    for (const text of ['first', 'second']) {
      one.send({ type: 'message.edit', id: 'same', roomId: room.id, seq: 1, text });
      await one.next(({ type, message }) => type === 'ack' && message?.text === text);
    }
  });

  test('a read marker moves forward, and subscribers are told', async () => {
    const room = await roomOf(ann, bob);
    const [one, other] = await Promise.all([enter(ann), enter(bob)]);
    await subscribe(one, room.id);
    for (const n of upTo(3)) await say(one, room.id, `m${n}`);
    expect(await other.request('room.read', { roomId: room.id, seq: 2 })).toMatchObject({ lastReadSeq: 2, unread: 1 });
    expect(await other.request('room.read', { roomId: room.id, seq: 1 })).toMatchObject({ lastReadSeq: 2, unread: 1 });
    expect(await one.next(({ type, userId }) => type === 'room.read' && userId === bob.user.id)).toMatchObject({ seq: 2 });
  });

  test('typing reaches the other subscribers', async () => {
    const room = await roomOf(ann, bob);
    const [one, other] = await Promise.all([enter(ann), enter(bob)]);
    await Promise.all([subscribe(one, room.id), subscribe(other, room.id)]);
    one.send({ type: 'typing', roomId: room.id });
    expect(await other.next(({ type }) => type === 'typing')).toMatchObject({ roomId: room.id, user: ann.user });
    await one.barrier();
    expect(one.of('typing')).toEqual([]);
  });

  test('members who are not subscribed are told of activity, at most once a second', async () => {
    const room = await roomOf(ann, bob);
    const [one, other] = await Promise.all([enter(ann), enter(bob)]);
    const begun = performance.now();
    for (const n of upTo(5)) await say(one, room.id, `m${n}`);
    const told = await other.next(({ type, roomId, lastSeq }) => type === 'room.activity' && roomId === room.id && lastSeq === 5);
    expect(told).toMatchObject({ lastMessage: { seq: 5, text: 'm5', sender: { id: ann.user.id } } });
    const periods = Math.ceil((performance.now() - begun) / 1_000);
    expect(other.of('room.activity').filter(({ roomId }) => roomId === room.id).length).toBeLessThanOrEqual(periods);
    expect(other.of('message.created')).toEqual([]);
  });
});

describe('a subscriber that reads nothing', () => {
  test('is closed as slow, and the others get everything', async () => {
    const room = await roomOf(ann, bob);
    const [slow, other, sender] = await Promise.all([enter(bob), enter(bob), enter(ann)]);
    await Promise.all([subscribe(slow, room.id), subscribe(other, room.id)]);
    slow.pause();
    const closed = resumedLate(slow);
    const [waves, each, text] = [24, 40, '🎉'.repeat(4_000)];
    for (let wave = 1; wave <= waves; wave++) {
      await Promise.all(upTo(each).map(() => say(sender, room.id, text)));
      await other.next(({ type, rev }) => type === 'message.created' && rev === wave * each);
    }
    expect(other.of('message.created').map(({ rev }) => rev)).toEqual(upTo(waves * each));
    expect(await closed).toBe(4008);
  }, 60_000);

  /** Reads on after longer than other peers are given to answer a close: this one must read what it was sent first. */
  async function resumedLate(slow: SocketClient): Promise<number> {
    await eventually(
      async () => {
        const metrics = await (await fetch(`${stack.processes.gateway.internalUrl}/metrics`)).text();
        return /brook_gateway_slow_consumers_total\{[^}]*\} 1/.test(metrics);
      },
      { timeout: 50_000, interval: 200 },
    );
    await new Promise((resolve) => setTimeout(resolve, 4_000));
    slow.resume();
    return (await slow.closed).code;
  }
});

describe('membership', () => {
  test('joins and leaves are told to subscribers and to the person', async () => {
    const room = await roomOf(ann);
    const [one, other] = await Promise.all([enter(ann), enter(bob)]);
    await subscribe(one, room.id);
    await rest.join(bob, room.id);
    expect(await one.next(({ type }) => type === 'member.joined')).toMatchObject({ roomId: room.id, user: bob.user });
    expect(await other.next(({ type, room: r }) => type === 'membership.added' && r.id === room.id)).toMatchObject({
      role: 'member',
    });
    // Read your writes: who was answered 200 may send at once, through whichever socket.
    expect(await say(other, room.id, 'here I am')).toMatchObject({ type: 'ack' });
    expectStatus(await rest.call('DELETE', `/rooms/${room.id}/members/me`, { token: bob.token }), 204);
    expect(await one.next(({ type }) => type === 'member.left')).toMatchObject({ user: bob.user });
    expect(await other.next(({ type, roomId }) => type === 'membership.removed' && roomId === room.id)).toMatchObject({
      reason: 'left',
    });
    expect(await say(other, room.id, 'still here?')).toMatchObject({ type: 'error', code: 'forbidden' });
  });

  test.each([
    ['kicked', 'removed', 'members'],
    ['banned', 'banned', 'bans'],
  ])('who is %s hears nothing more', async (_what, reason, list) => {
    const room = await roomOf(ann, bob);
    const [one, other] = await Promise.all([enter(ann), enter(bob)]);
    await Promise.all([subscribe(one, room.id), subscribe(other, room.id)]);
    const method = list === 'bans' ? 'PUT' : 'DELETE';
    expectStatus(await rest.call(method, `/rooms/${room.id}/${list}/${bob.user.id}`, { token: ann.token }), 204);
    expect(await other.next(({ type, roomId }) => type === 'membership.removed' && roomId === room.id)).toMatchObject({ reason });
    expect(await one.next(({ type }) => type === 'member.left')).toMatchObject({ roomId: room.id, user: bob.user });
    await say(one, room.id, 'between us');
    await one.next(({ type, roomId }) => type === 'message.created' && roomId === room.id);
    await other.barrier();
    expect(other.of('message.created')).toEqual([]);
    expect(await say(other, room.id, 'hello?')).toMatchObject({ code: 'forbidden' });
    if (list === 'bans') expect(await subscribe(other, room.id)).toMatchObject({ code: 'forbidden' });
  });

  test('a room that is changed or deleted is told to its members, and its subscriptions end', async () => {
    const room = await roomOf(ann, bob);
    const [one, other] = await Promise.all([enter(ann), enter(bob)]);
    await subscribe(one, room.id);
    await eventually(async () => {
      expectStatus(await rest.call('PATCH', `/rooms/${room.id}`, { token: ann.token, body: { name: `n${Math.random()}` } }), 200);
      expect(other.of('room.updated')).not.toEqual([]);
    });
    expectStatus(await rest.call('DELETE', `/rooms/${room.id}`, { token: ann.token }), 204);
    for (const socket of [one, other]) {
      expect(await socket.next(({ type }) => type === 'room.deleted')).toMatchObject({ room: { id: room.id } });
      expect(await socket.next(({ type, roomId }) => type === 'membership.removed' && roomId === room.id)).toMatchObject({
        reason: 'room_deleted',
      });
    }
    expect(await subscribe(one, room.id)).toMatchObject({ code: 'not_found' });
  });
});
