import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Room } from '@brook/common/contracts';
import { expectStatus, type Person, Rest } from './support/rest.js';
import { type Frame, SocketClient } from './support/socket-client.js';
import { type Stack, startStack } from './support/stack.js';

/*
 * What clients do to open a room soon: they say what room they want right behind their hello, before the welcome. What the
 * answer needs is then read together with the session.
 */

let stack: Stack;
let rest: Rest;
let ann: Person;
let bob: Person;
const clients: SocketClient[] = [];

beforeAll(async () => {
  stack = await startStack();
  rest = new Rest(stack.url);
  [ann, bob] = await Promise.all([rest.signUp(), rest.signUp()]);
}, 60_000);

afterAll(async () => {
  await Promise.all(clients.map((client) => client.leave()));
  await stack?.stop();
}, 30_000);

async function connect(): Promise<SocketClient> {
  const client = new SocketClient(stack.url);
  clients.push(client);
  await client.opened();
  return client;
}
/** Says everything at once. */
function greet(client: SocketClient, { token }: Person, ...roomIds: string[]): void {
  client.send({ type: 'hello', token });
  for (const roomId of roomIds) client.send({ type: 'room.subscribe', id: roomId, roomId });
}
async function enterInto(person: Person, ...roomIds: string[]): Promise<SocketClient> {
  const client = await connect();
  greet(client, person, ...roomIds);
  return client;
}
const answerOf = (client: SocketClient, roomId: string): Promise<Frame> => client.next(({ id }) => id === roomId);
const say = (client: SocketClient, roomId: string, text: string): Promise<Frame> =>
  client.request('message.send', { roomId, clientId: randomUUID(), text });
const texts = (messages: { text: string }[]) => messages.map(({ text }) => text);

describe('a subscribe right behind the hello', () => {
  test('is answered after the welcome, in rooms where nobody listens and where somebody does', async () => {
    const rooms: Room[] = [await rest.createRoom(ann), await rest.createRoom(ann)];
    const [quiet, lively] = rooms as [Room, Room];
    await rest.join(bob, quiet.id);
    await rest.join(bob, lively.id);
    const listener = await enterInto(bob, lively.id);
    expect(await answerOf(listener, lively.id)).toMatchObject({ type: 'ack', mode: 'snapshot', messages: [] });
    await say(listener, lively.id, 'one');
    const client = await enterInto(ann, quiet.id, lively.id);
    expect(await answerOf(client, quiet.id)).toMatchObject({ type: 'ack', mode: 'snapshot', messages: [] });
    expect(texts((await answerOf(client, lively.id)).messages)).toEqual(['one']);
    expect(client.frames[0]).toMatchObject({ type: 'welcome', user: { id: ann.user.id } });
    await say(listener, lively.id, 'two');
    expect(await client.next(({ type }) => type === 'message.created')).toMatchObject({ message: { text: 'two' } });
  });

  // The moments at which something could be missed are too short to be met each time: room-registry.unit.test.ts makes them.
  test('misses nothing and gets nothing twice while messages flow', async () => {
    const [JOINS, MESSAGES, AT_ONCE] = [80, 1_200, 20];
    const room = await rest.createRoom(ann);
    const sender = await enterInto(ann, room.id);
    await answerOf(sender, room.id);
    const joined = await Promise.all(Array.from({ length: JOINS }, connect));
    const sending = (async () => {
      for (let sent = 0; sent < MESSAGES; sent += AT_ONCE)
        await Promise.all(Array.from({ length: AT_ONCE }, (_, i) => say(sender, room.id, String(sent + i))));
    })();
    for (const client of joined) {
      greet(client, ann, room.id);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    await sending;
    for (const client of joined) {
      const { messages, lastRev } = await answerOf(client, room.id);
      if (lastRev < MESSAGES) await client.next(({ rev }) => rev === MESSAGES);
      const live = client.of('message.created').map(({ message }) => message.seq as number);
      const all = [...messages.map(({ seq }: { seq: number }) => seq), ...live];
      expect(all).toEqual(Array.from({ length: all.length }, (_, i) => MESSAGES - all.length + 1 + i));
    }
  });

  test('tells a stranger nothing of a private room, and nobody anything whose session has ended', async () => {
    const room = await rest.createRoom(ann, { visibility: 'private' });
    const listener = await enterInto(ann, room.id);
    await answerOf(listener, room.id);
    const stranger = await enterInto(bob, room.id);
    expect(await answerOf(stranger, room.id)).toMatchObject({ type: 'error', code: 'not_found' });
    const gone = await rest.guest();
    expectStatus(await rest.call('DELETE', '/sessions/current', { token: gone.token }), 204);
    const late = await enterInto(gone, room.id);
    expect((await late.closed).code).toBe(4501);
    expect(late.frames).toMatchObject([{ type: 'error', code: 'unauthenticated' }]);
    for (const { frames } of [stranger, late]) expect(JSON.stringify(frames)).not.toContain(room.name);
  });
});
