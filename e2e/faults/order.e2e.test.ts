import { randomUUID } from 'node:crypto';
import { keys, type Message, type ServerFrame } from '@brook/common/contracts';
import { eventually } from '@brook/common/testing';
import type { Brook } from '@brook/sdk';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { System } from './cluster.js';
import { Load } from './load.js';
import { seeded } from './random.js';
import { RawClient } from './raw-client.js';
import type { Replica } from './replica.js';
import { say, underLoad } from './scenario.js';
import type { TcpProxy } from './tcp-proxy.js';

/* One order, however messages come (7), commands that can never be done (9), rights that are taken away (13). */

/** Sends a connection may make at once: six times the rate, the bucket of the limit. */
const RATE = 20;
const BUCKET = 6 * RATE;
const NONE = Object.fromEntries(
  [
    'SENDS_PER_ROOM_PER_SECOND',
    'SIGNUPS_PER_HOUR',
    'GUESTS_PER_HOUR',
    'REQUESTS_PER_MINUTE',
    'SOCKETS_PER_IP',
    'SOCKETS_PER_USER',
  ].map((name) => [`LIMIT_${name}`, '0']),
);

const SPREAD_MS = 150;
const LATENCY_MS = 40;
const IN_TIME_MS = 40_000;

let system: System;
let load: Load;
let owner: Brook;
beforeAll(async () => {
  system = await System.start({ proxied: true, env: { ...NONE, LIMITS: 'on', LIMIT_SENDS_PER_SECOND: String(RATE) } });
  load = await Load.prepare(system, { random: seeded(1), senders: 0, observersPerGateway: 0 });
  owner = load.owner;
}, 120_000);
afterAll(async () => {
  await load?.close();
  await system?.stop();
}, 30_000);

const stored = async (roomId: string) =>
  (
    await system.query<{ seq: string; client_id: string }>(
      'SELECT seq, client_id FROM messages.messages WHERE room_id = $1 ORDER BY seq',
      [roomId],
    )
  ).map(({ client_id }) => client_id);

describe('7. one order', () => {
  test('the same clientIds from both gateways at once are stored once, and both get the same message', async () => {
    const room = await owner.rooms.create({ name: 'twice' });
    const token = await load.guestToken(0);
    const clients = [new RawClient(system.gatewayUrl(0), token), new RawClient(system.gatewayUrl(1), token)];
    await join(token, room.id);
    await Promise.all(clients.map((client) => client.hello()));
    const ids = Array.from({ length: BUCKET - 20 }, () => randomUUID());
    const answers = await Promise.all(
      clients.map((client) =>
        Promise.all(ids.map((clientId, i) => client.ask({ type: 'message.send', roomId: room.id, clientId, text: `text ${i}` }))),
      ),
    );
    for (const client of clients) client.close();
    const [first, second] = answers.map((list) => list.map(messageOf));
    expect(second).toEqual(first);
    expect(await stored(room.id)).toEqual(ids);
  }, 30_000);

  test('one refused send amid a pipelined dozen: what follows it waits for it', async () => {
    const room = await owner.rooms.create({ name: 'refused' });
    const token = await load.guestToken(1);
    await join(token, room.id);
    const client = new RawClient(system.gatewayUrl(1), token);
    await client.hello();
    const ids = Array.from({ length: BUCKET + 12 }, () => randomUUID());
    const send = (clientId: string) => client.ask({ type: 'message.send', roomId: room.id, clientId, text: clientId });
    let left = ids;
    let refusedFirst = 0;
    // As the protocol tells a client to: after a refusal everything from the first refused one on comes again, in order.
    while (left.length > 0) {
      const answers = await Promise.all(left.map(send));
      const codes = answers.map((answer) => (answer.type === 'error' ? answer.code : 'ok'));
      const at = codes.findIndex((code) => code !== 'ok');
      if (at < 0) break;
      refusedFirst++;
      expect(codes[at]).toBe('rate_limited');
      expect(new Set(codes.slice(at + 1))).toEqual(new Set(at + 1 < codes.length ? ['retry_order'] : []));
      left = left.slice(at);
      // Somebody else in the line is not let past the one that is waited for.
      const stranger = await send(randomUUID());
      expect(stranger).toMatchObject({ type: 'error', code: 'retry_order' });
      await eventually(
        async () => {
          const answer = await send(left[0] as string);
          if (answer.type === 'error') return false;
          left = left.slice(1);
          return true;
        },
        { timeout: 10_000, interval: 200 },
      );
    }
    client.close();
    expect(refusedFirst).toBeGreaterThan(0);
    expect(await stored(room.id)).toEqual(ids);
  }, 30_000);

  test('the SDK sends in order through refusals', async () => {
    const room = await owner.rooms.create({ name: 'sdk' });
    const brook = load.client(0);
    try {
      const ids = Array.from({ length: BUCKET + 40 }, () => randomUUID());
      await inTime(brook, room.id, async (at) => {
        at('enters');
        await brook.guest();
        at('connects');
        await brook.connect();
        at('joins');
        await brook.rooms.join(room.id);
        at('sends');
        await Promise.all(ids.map((clientId, i) => brook.send(room.id, `text ${i}`, { clientId })));
      });
      expect(await stored(room.id)).toEqual(ids);
    } finally {
      await brook.close();
    }
  }, 60_000);
});

describe('9. a poison command', () => {
  test(
    'goes to the dead letters, and its partition goes on',
    () =>
      underLoad(
        system,
        'poison',
        async ({ load: busy }) => {
          for (const poison of [unreadable, refused]) {
            for (const partition of [0, 1]) {
              await poison(partition, busy.roomsOf(partition)[0] as string);
              busy.poisoned++;
            }
            await eventually(async () => (await system.entries('deadLetters')) === busy.poisoned, { timeout: 20_000 });
          }
          say('4 dead letters');
        },
        { rate: 200 },
      ),
    90_000,
  );
});

describe('13. kick and ban racing subscribe', () => {
  test.each(['removeMember', 'ban'] as const)(
    '%s: nothing of the room reaches a person a second later',
    async (how) => {
      const random = seeded(13);
      const person = load.client(1);
      const heard: string[] = [];
      try {
        const user = await person.guest();
        const link = system.links.get(system.of('gateway')[1] as Replica)?.redis as TcpProxy;
        person.on('message.created', ({ message }) => heard.push(message.text));
        await person.connect();
        const rooms = await Promise.all(
          Array.from({ length: 40 }, (_, i) => owner.rooms.create({ name: `private ${i}`, visibility: 'private' })),
        );
        await Promise.all(rooms.map((room) => owner.rooms.putMember(room.id, user.id)));
        // The rights of a person who subscribes are on their way for a while, and so is the news that they are gone.
        link.latencyMs = LATENCY_MS;
        const subscriptions = rooms.map((room) => {
          setTimeout(() => void owner.rooms[how](room.id, user.id), random() * 30);
          return { room, at: random() * 30 };
        });
        const watched = await Promise.all(
          subscriptions.map(
            ({ room, at }) =>
              new Promise<ReturnType<Brook['watch']>>((resolve) => setTimeout(() => resolve(person.watch(room.id)), at)),
          ),
        );
        await eventually(async () =>
          (await Promise.all(rooms.map((room) => isMember(room.id, user.id)))).every((member) => !member),
        );
        link.latencyMs = 0;
        // The contract's own bound: removal reaches live sockets within a second.
        await new Promise((resolve) => setTimeout(resolve, 1_000));
        await owner.connect();
        await Promise.all(rooms.map((room) => owner.send(room.id, 'secret')));
        await barrier(person, user.id);
        expect(heard.filter((text) => text === 'secret')).toEqual([]);
        expect(watched.flatMap((subscription) => subscription.messages.filter(({ text }) => text === 'secret'))).toEqual([]);
        for (const subscription of watched) subscription.close();
      } finally {
        await person.close();
      }
    },
    60_000,
  );
});

/** Runs steps of one client, and tells where it stands when they take longer than `IN_TIME_MS`. */
async function inTime(brook: Brook, roomId: string, steps: (at: (step: string) => void) => Promise<void>): Promise<void> {
  let now = '';
  const late = new Promise<never>((_, reject) => {
    const timer = setTimeout(() => {
      const unsent = brook.outbox.entries(roomId).map(({ clientId, state }) => `${clientId} ${state}`);
      reject(new Error(`${now} for ever, ${JSON.stringify(brook.state)}, ${unsent.length} unsent: ${unsent.join(', ')}`));
    }, IN_TIME_MS);
    timer.unref();
  });
  await Promise.race([
    late,
    steps((step) => {
      now = step;
    }),
  ]);
}

/** Resolves when `person` has received messages sent now in a room of each partition: everything before has passed by. */
async function barrier(person: Brook, userId: string): Promise<void> {
  for (const roomId of load.roomIds) {
    await owner.rooms.putMember(roomId, userId);
    const subscription = await person.subscribe(roomId);
    const { seq } = await owner.send(roomId, 'barrier');
    await eventually(() => subscription.lastSeq >= seq);
    subscription.close();
  }
}

async function isMember(roomId: string, userId: string): Promise<boolean> {
  const rows = await system.query('SELECT 1 FROM rooms.members WHERE room_id = $1 AND user_id = $2', [roomId, userId]);
  return rows.length > 0;
}

/** A command that is none. */
const unreadable = (partition: number, roomId: string) =>
  put(partition, ['type', 'no.such.command', 'key', roomId, 'actor', '{}', 'data', '{}']);

/** A command that the database refuses each time. */
function refused(partition: number, roomId: string): Promise<unknown> {
  const data = JSON.stringify({ clientId: randomUUID(), text: 'a \u0000 that no text column takes', replyTo: null });
  return put(partition, ['type', 'message.send', 'key', roomId, 'actor', JSON.stringify(owner.user), 'data', data]);
}

const put = (partition: number, fields: string[]) =>
  system.redis.run((client) => client.xadd(keys.commands('messages', partition), '*', ...fields));

async function join(token: string, roomId: string): Promise<void> {
  const url = `${system.gatewayUrl(0)}/api/v1/rooms/${roomId}/members/me`;
  const response = await fetch(url, {
    method: 'PUT',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: '{}',
  });
  expect(response.status).toBe(200);
}

function messageOf(answer: ServerFrame): Message {
  if (answer.type === 'ack' && 'message' in answer && answer.message) return answer.message;
  throw new Error(`no message: ${JSON.stringify(answer)}`);
}
