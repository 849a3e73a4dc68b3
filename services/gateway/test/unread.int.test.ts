import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Page, RoomListItem } from '@brook/common/contracts';
import { eventually } from '@brook/common/testing';
import { expectStatus, Rest } from './support/rest.js';
import { SocketClient } from './support/socket-client.js';
import { type Stack, startStack } from './support/stack.js';
import { UnreadModel } from './support/unread-model.js';
import { choose, type Operation, type Place, type User } from './support/unread-operations.js';

/*
 * Random operations by 10 people on 3 devices each, all at once, by REST and socket; at every stop the room lists of all
 * must show exactly what a model computes from the answers. The same seed makes the same operations:
 *
 *   UNREAD_OPERATIONS=100000 UNREAD_SEED=7 NODE_OPTIONS=--experimental-vm-modules \
 *     npx jest --selectProjects gateway --testPathPatterns unread.int
 */
const OPERATIONS = Number(process.env['UNREAD_OPERATIONS'] ?? 1_200);
const SEED = Number(process.env['UNREAD_SEED'] ?? Date.now() % 1_000_000);
const [PEOPLE, DEVICES, ROOMS] = [10, 3, 4];
/** Operations that run at once; then devices change. */
const ROUND = 300;
const ROUNDS_A_STOP = OPERATIONS > 10_000 ? 5 : 2;

let stack: Stack;
let rest: Rest;
let users: User[];
let roomIds: string[];
const model = new UnreadModel();
const random = mulberry32(SEED);

beforeAll(async () => {
  stack = await startStack();
  rest = new Rest(stack.url);
  const people = await Promise.all(Array.from({ length: PEOPLE }, () => rest.signUp()));
  users = await Promise.all(
    people.map(async (person) => ({
      ...person,
      devices: await Promise.all(Array.from({ length: DEVICES }, () => SocketClient.enter(stack.url, person.token))),
    })),
  );
  roomIds = await Promise.all(users.slice(0, ROOMS).map(async (owner) => (await rest.createRoom(owner)).id));
  for (const [at, roomId] of roomIds.entries()) model.joined((users[at] as User).user.id, roomId, 0);
}, 90_000);

afterAll(async () => {
  await Promise.all((users ?? []).flatMap(({ devices }) => devices.map((device) => device.leave())));
  await stack?.stop();
}, 30_000);

/** A small generator with 32 bits of state, from 0 to 1; enough for choosing. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

/** Of one person in one room: operations run side by side, but those that change the membership alone. */
class Turns {
  #last: Promise<unknown> = Promise.resolve();
  #sideBySide: Promise<unknown>[] = [];

  run(work: () => Promise<void>, alone: boolean): Promise<void> {
    if (!alone) {
      const done = this.#last.then(work);
      this.#sideBySide.push(done);
      return done;
    }
    const done = Promise.all([this.#last, ...this.#sideBySide]).then(work);
    this.#last = done;
    this.#sideBySide = [];
    return done;
  }
}

/** Who will be a member when everything chosen so far is done. */
const planned = new Set<string>();

async function playRound(count: number): Promise<void> {
  const turns = new Map<string, Turns>();
  const running: Promise<void>[] = [];
  for (let i = 0; i < count; i++) {
    const at = Math.floor(random() * ROOMS);
    const user = pick(users);
    const owner = users[at] as User;
    const roomId = roomIds[at] as string;
    const key = `${user.user.id} ${roomId}`;
    const { operation, becomes } = choose({ member: user === owner || planned.has(key), owner: user === owner }, random());
    if (becomes === true) planned.add(key);
    if (becomes === false) planned.delete(key);
    const place = { rest, model, roomId, user, owner, device: pick(user.devices), share: random(), byRest: random() < 0.2 };
    const turn = turns.get(key) ?? new Turns();
    turns.set(key, turn);
    running.push(turn.run(() => named(operation, place), becomes !== undefined));
  }
  const failed = (await Promise.allSettled(running)).filter(({ status }) => status === 'rejected');
  if (failed.length > 0) throw (failed[0] as PromiseRejectedResult).reason;
}

async function named(operation: Operation, place: Place): Promise<void> {
  try {
    await operation(place);
  } catch (cause) {
    throw new Error(`${operation.name} of user ${users.indexOf(place.user)} failed (seed ${SEED})`, { cause });
  }
}

/** A device goes and comes back, and all forget the frames that they have seen. */
async function changeDevices(): Promise<void> {
  const user = pick(users);
  const at = Math.floor(random() * DEVICES);
  await user.devices[at]?.leave();
  user.devices[at] = await SocketClient.enter(stack.url, user.token);
  for (const { devices } of users) for (const device of devices) device.frames.length = 0;
}

async function linesOf(user: User): Promise<object[]> {
  const { items } = expectStatus(await rest.call('GET', '/me/rooms', { token: user.token }), 200) as Page<RoomListItem>;
  const lines = items.map(({ room, lastReadSeq, unread }) => ({ roomId: room.id, lastSeq: room.lastSeq, lastReadSeq, unread }));
  return lines.sort((a, b) => (a.roomId < b.roomId ? -1 : 1));
}

test(
  `${OPERATIONS} random operations: unread is what the log says (seed ${SEED})`,
  async () => {
    let compared = 0;
    for (let done = 0, round = 1; done < OPERATIONS; done += ROUND, round++) {
      await playRound(Math.min(ROUND, OPERATIONS - done));
      await changeDevices();
      if (round % ROUNDS_A_STOP !== 0 && done + ROUND < OPERATIONS) continue;
      for (const user of users) {
        const expected = model.lines(user.user.id, roomIds);
        // Heads and own markers may be some seconds late; what they come to may not differ.
        await eventually(async () => expect(await linesOf(user)).toEqual(expected), { timeout: 10_000, interval: 50 });
        compared += expected.length;
      }
    }
    expect(compared).toBeGreaterThan(PEOPLE);
    if (OPERATIONS > 10_000) process.stdout.write(`${OPERATIONS} operations, ${compared} lines compared, 0 mismatches\n`);
  },
  30_000 + OPERATIONS * 10,
);

test('a read marker that one device moves reaches the others at once', async () => {
  const [ann, bob] = users as [User, User];
  const room = await rest.createRoom(bob);
  await rest.join(ann, room.id);
  for (let i = 0; i < 3; i++) await rest.send(bob, room.id, 'unread');
  for (const device of ann.devices) await device.request('room.subscribe', { roomId: room.id });
  const [first, ...others] = ann.devices as [SocketClient, ...SocketClient[]];
  expect(await first.request('room.read', { roomId: room.id, seq: 3 })).toMatchObject({ lastReadSeq: 3, unread: 0 });
  for (const device of others) {
    const told = await device.next(({ type, roomId }) => type === 'room.read' && roomId === room.id);
    expect(told).toMatchObject({ userId: ann.user.id, seq: 3 });
  }
});
