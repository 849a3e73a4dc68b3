import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@brook/common/testing';
import { expectStatus, type Person, Rest } from './support/rest.js';
import { type Frame, SocketClient } from './support/socket-client.js';
import { type Stack, startStack } from './support/stack.js';

let stack: Stack;
let rest: Rest;
let ann: Person;
let bob: Person;
const clients: SocketClient[] = [];

beforeAll(async () => {
  stack = await startStack();
  rest = new Rest(stack.url);
  [ann, bob] = await Promise.all([rest.signUp(), rest.signUp()]);
}, 90_000);
afterAll(async () => {
  await Promise.all(clients.map((client) => client.leave()));
  await stack?.stop();
}, 30_000);

async function enter(person: Person): Promise<SocketClient> {
  const client = await SocketClient.enter(stack.url, person.token);
  clients.push(client);
  return client;
}
const subscribe = (client: SocketClient, roomId: string): Promise<Frame> => client.request('room.subscribe', { roomId });
const say = (client: SocketClient, roomId: string, text: string): Promise<Frame> =>
  client.request('message.send', { roomId, clientId: randomUUID(), text });

test('a reload is no absence; who stays away is offline within 30 s, by name or by number', async () => {
  const [small, large] = await Promise.all([rest.createRoom(ann), rest.createRoom(ann)]);
  const crowd = await Promise.all(Array.from({ length: 204 }, () => rest.guest()));
  await Promise.all(crowd.map((guest) => rest.join(guest, large.id)));
  await rest.join(bob, small.id);
  const watcher = await enter(ann);
  await Promise.all([subscribe(watcher, small.id), subscribe(watcher, large.id)]);

  const begun = performance.now();
  const [bobs, ...visitors] = await Promise.all([bob, ...crowd.slice(0, 40)].map(enter));
  const count = (online: number) => (frame: Frame) =>
    frame.type === 'presence.count' && frame.roomId === large.id && frame.online === online;
  const ofBob = (online: boolean) => (frame: Frame) =>
    frame.type === 'presence' && frame.roomId === small.id && frame.userId === bob.user.id && frame.online === online;
  await Promise.all([watcher.next(count(41)), watcher.next(ofBob(true))]);
  const windows = Math.ceil((performance.now() - begun) / 1_000) + 1;
  expect(watcher.of('presence.count').length).toBeLessThanOrEqual(windows);
  expect(watcher.of('presence').filter(({ roomId }) => roomId === large.id)).toEqual([]);

  await bobs?.leave();
  const again = await enter(bob);
  const seen = Date.now();
  await again.leave();
  const closed = performance.now();
  await Promise.all(visitors.map((visitor) => visitor.leave()));
  await eventually(() => expect(watcher.frames.find(ofBob(false))).toBeDefined(), { timeout: 30_000 });
  await eventually(() => expect(watcher.of('presence.count').findLast(() => true)).toMatchObject({ online: 1 }), {
    timeout: 30_000,
  });
  expect(performance.now() - closed).toBeLessThan(30_000);
  const gone = watcher.frames.filter(ofBob(false));
  expect(gone).toHaveLength(1);
  expect(Math.abs(Date.parse(gone[0].lastSeenAt) - seen)).toBeLessThan(2_000);
  expect(watcher.frames.filter(ofBob(true))).toHaveLength(1);
}, 90_000);

test('who joins while online is online there at once', async () => {
  const room = await rest.createRoom(ann);
  const eve = await rest.signUp();
  const [watcher] = [await enter(ann), await enter(eve)];
  await subscribe(watcher, room.id);
  await rest.join(eve, room.id);
  expect(
    await watcher.next(({ type, roomId, userId }) => type === 'presence' && roomId === room.id && userId === eve.user.id),
  ).toEqual({ type: 'presence', roomId: room.id, userId: eve.user.id, online: true });
});

test('typing is passed on at most every 2 s, and only by those who may write', async () => {
  const room = await rest.createRoom(ann);
  await rest.join(bob, room.id);
  const stranger = await rest.signUp();
  const [one, other, third] = [await enter(ann), await enter(bob), await enter(stranger)];
  await subscribe(other, room.id);
  const begun = performance.now();
  while (other.of('typing').length < 2) {
    one.send({ type: 'typing', roomId: room.id });
    await Promise.all([one.barrier(), other.barrier()]);
  }
  expect(performance.now() - begun).toBeGreaterThan(1_900);
  third.send({ type: 'typing', roomId: room.id });
  expect(await third.next(({ type }) => type === 'error')).toMatchObject({ code: 'forbidden' });
});

test('activity reaches who has come a moment before it, though nobody else of the room is here', async () => {
  const [cat, dan] = await Promise.all([rest.signUp(), rest.signUp()]);
  const room = await rest.createRoom(cat);
  await rest.join(dan, room.id);
  for (let seq = 1; seq <= 5; seq++) {
    const socket = await enter(dan);
    await rest.send(cat, room.id, `m${seq}`);
    expect(await socket.next(({ type }) => type === 'room.activity')).toMatchObject({ roomId: room.id, lastSeq: seq });
    await socket.leave();
  }
});

test('activity: a new message, and an edit or deletion of the newest one; nothing for older ones and reactions', async () => {
  const room = await rest.createRoom(ann);
  await rest.join(bob, room.id);
  const [one, other] = [await enter(ann), await enter(bob)];
  const activity = (matches: (frame: Frame) => boolean) =>
    other.next((frame) => frame.type === 'room.activity' && frame.roomId === room.id && matches(frame));
  for (const text of ['first', 'second']) await say(one, room.id, text);
  expect(await activity(({ lastSeq }) => lastSeq === 2)).toMatchObject({ lastMessage: { seq: 2, text: 'second' } });
  const edit = (seq: number, text: string) => one.request('message.edit', { roomId: room.id, seq, text });
  expect(await edit(2, 'zweite')).toMatchObject({ type: 'ack' });
  expect(await activity(({ lastMessage }) => lastMessage.text === 'zweite')).toMatchObject({ lastSeq: 2 });
  expect(await edit(1, 'erste')).toMatchObject({ type: 'ack' });
  const react = { roomId: room.id, seq: 2, emoji: '👍', on: true };
  expect(await one.request('message.react', react)).toMatchObject({ type: 'ack' });
  // The barrier: what is told of the deletion comes a whole period after both.
  const deleted = performance.now();
  expectStatus(await rest.call('DELETE', `/rooms/${room.id}/messages/2`, { token: ann.token }), 204);
  const last = await activity(({ lastMessage }) => lastMessage.deletedAt !== null);
  expect(last).toMatchObject({ lastSeq: 2, lastMessage: { seq: 2, text: '' } });
  expect(performance.now() - deleted).toBeLessThan(3_000);
  const texts = other.of('room.activity').map(({ lastMessage }) => lastMessage.text);
  expect(texts).not.toContain('erste');
  expect(new Set(texts).size).toBe(texts.length);
});
