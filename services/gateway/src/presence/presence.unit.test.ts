import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import type { ServerEvent, Signal } from '@brook/common/contracts';
import { LocalRoom } from '../fanout/local-room.js';
import { Presence } from './presence.js';

const people = (count: number) => Array.from({ length: count }, (_, i) => `u${i}`);

/** A gateway's presence that hears its own signals, as over Redis; `online` are the people connected to it. */
function gateway(memberCount: number) {
  const room = new LocalRoom('r1');
  room.memberCount = memberCount;
  const told: ServerEvent[] = [];
  const signals: Extract<Signal, { type: 'presence' }>[] = [];
  const online = new Set<string>();
  const rooms = new Map<string, Set<string>>();
  let deaf = false;
  const presence: Presence = new Presence({
    gatewayId: 'g1',
    audience: { has: (userId) => online.has(userId), agents: () => new Set() },
    online: { rooms: (userId) => rooms.get(userId) ?? new Set(['r1']) },
    registry: { get: (id) => (id === 'r1' ? room : undefined), announce: (_id, frame) => void told.push(frame as ServerEvent) },
    send: (signal) => {
      if (signal.type === 'typing' || deaf) return;
      if (signal.type === 'presence') signals.push(signal);
      presence.onSignal(signal);
    },
  });
  const arrive = (userId: string) => {
    online.add(userId);
    presence.arrived(userId);
  };
  const leave = (userId: string) => {
    online.delete(userId);
    presence.left(userId);
  };
  presence.start();
  /** Redis is away, or back. */
  const silence = (value: boolean) => {
    deaf = value;
  };
  return { presence, told, signals, rooms, arrive, leave, silence };
}

let running: Presence | undefined;
beforeEach(() => {
  jest.useFakeTimers();
});
afterEach(() => {
  running?.stop();
  jest.useRealTimers();
});

test('2,000 people who come back at once are one signal each, and one number a second', () => {
  const { presence, told, signals, arrive } = gateway(2_000);
  running = presence;
  const [early, late] = [people(2_000).slice(0, 1_200), people(2_000).slice(1_200)];
  early.forEach(arrive);
  jest.advanceTimersByTime(1_000);
  late.forEach(arrive);
  jest.advanceTimersByTime(1_000);
  expect(signals).toHaveLength(2_000);
  expect(told).toEqual([1_200, 2_000].map((online) => ({ type: 'presence.count', roomId: 'r1', online })));
});

test('who comes back within the linger was never away; who does not is offline within 30 s', () => {
  const { presence, told, signals, arrive, leave } = gateway(3);
  running = presence;
  ['u0', 'u1'].forEach(arrive);
  jest.advanceTimersByTime(1_000);
  expect(told).toHaveLength(2);
  const seen = new Date().toISOString();
  ['u0', 'u1'].forEach(leave);
  jest.advanceTimersByTime(5_000);
  arrive('u0');
  jest.advanceTimersByTime(24_000);
  expect(told.slice(2)).toEqual([{ type: 'presence', roomId: 'r1', userId: 'u1', online: false, lastSeenAt: seen }]);
  expect(signals).toHaveLength(4);
});

test('who joins a room while online is told of there, and only there', () => {
  const { presence, told, rooms, arrive, leave } = gateway(3);
  running = presence;
  rooms.set('u0', new Set(['r2']));
  arrive('u0');
  jest.advanceTimersByTime(1_000);
  expect(told).toEqual([]);
  rooms.set('u0', new Set(['r2', 'r1']));
  presence.arrived('u0');
  jest.advanceTimersByTime(1_000);
  expect(told).toEqual([{ type: 'presence', roomId: 'r1', userId: 'u0', online: true }]);
  leave('u0');
  jest.advanceTimersByTime(17_000);
  expect(told).toHaveLength(2);
});

test('the people of a dead gateway are offline within 30 s, but not when nobody can be heard', () => {
  const { presence, told, silence } = gateway(3);
  running = presence;
  const beat = () => presence.onSignal({ type: 'gateway', gateway: 'g2' });
  jest.advanceTimersByTime(2_000);
  presence.onSignal({ type: 'presence', gateway: 'g2', userId: 'u9', online: true, roomIds: ['r1'] });
  silence(true);
  jest.advanceTimersByTime(90_000);
  silence(false);
  jest.advanceTimersByTime(5_000);
  beat();
  expect(told).toEqual([{ type: 'presence', roomId: 'r1', userId: 'u9', online: true }]);
  jest.advanceTimersByTime(24_000);
  expect(told.slice(1)).toEqual([{ type: 'presence', roomId: 'r1', userId: 'u9', online: false }]);
});

test('who is online is signalled again after a minute, each on their own, and nobody who has gone', () => {
  const { presence, signals, arrive, leave } = gateway(10);
  running = presence;
  arrive('u0');
  jest.advanceTimersByTime(20_000);
  arrive('u1');
  arrive('u2');
  jest.advanceTimersByTime(20_000);
  // With more rooms now, and so on: the first is the last to be repeated.
  presence.arrived('u0');
  leave('u2');
  jest.advanceTimersByTime(20_000);
  signals.length = 0;
  jest.advanceTimersByTime(21_000);
  expect(signals.map(({ userId, online }) => [userId, online])).toEqual([['u1', true]]);
  jest.advanceTimersByTime(20_000);
  expect(signals.map(({ userId }) => userId)).toEqual(['u1', 'u0']);
});
