import { setTimeout as delay } from 'node:timers/promises';
import type { ClientSpec } from './load/client.js';
import { Fleet, type Span } from './load/fleet.js';
import type { Flow } from './load/load.js';
import type { DialectName } from './load/dialect.js';
import { timesOf } from './measure/histogram.js';
import type { Progress } from './progress.js';
import { startTarget } from './targets/start.js';
import { type Target, TITLES } from './targets/target.js';

/** Rooms with people in them. */
export interface Crowd {
  rooms: number;
  perRoom: number;
  /** How many of a room's people send. */
  senders: number;
  /** Every how many-th client records the times of its deliveries. */
  timedEvery?: number;
}

/** Makes rooms and people. @returns a connection for each of them */
export async function crowd(target: Target, { rooms, perRoom, senders, timedEvery = 1 }: Crowd): Promise<ClientSpec[]> {
  const roomIds = await target.rooms(rooms);
  const places = roomIds.flatMap((roomId, room) => Array.from({ length: perRoom }, (_, place) => ({ roomId, room, place })));
  const tokens = await target.people(places.map(({ roomId }) => roomId));
  return places.map(({ roomId, room, place }, i) => {
    const token = tokens[i];
    return {
      room,
      roomId,
      // Neighbours in a room come through different processes, where there are several.
      port: target.ports[(place + room) % target.ports.length] as number,
      sender: place < senders ? place : -1,
      timed: place % timedEvery === 0,
      ...(token === undefined ? {} : { token }),
    };
  });
}

/** Runs `work` on a fresh system with a load generator, and takes both down whatever happens. */
export async function onTarget<R>(
  name: DialectName,
  { progress, processes }: { progress: Progress; processes: number },
  work: (target: Target, fleet: Fleet) => Promise<R>,
): Promise<R> {
  progress.step(`${TITLES[name]} starts`);
  const target = await startTarget(name);
  const fleet = new Fleet(name, processes, target.trees);
  try {
    return await work(target, fleet);
  } finally {
    await fleet.end();
    await target.stop();
  }
}

/** Lets a flow run for `seconds` and measures them, after `warmUp` seconds that do not count. The flow goes on. */
export async function measureFlow(
  fleet: Fleet,
  { flow, warmUp, seconds }: { flow: Flow; warmUp: number; seconds: number },
): Promise<Span> {
  await fleet.begin(flow);
  await delay(warmUp * 1000);
  await fleet.span();
  await delay(seconds * 1000);
  return fleet.span();
}

/** Divides costs by a number of units. */
export const perUnit = (cpu: Record<string, number>, units: number): Record<string, number> =>
  Object.fromEntries(Object.entries(cpu).map(([name, micros]) => [name, micros / Math.max(1, units)]));

/** The usual figures of times, under names that begin with `prefix`. */
export function timeValues(prefix: string, histogram: Span['acks']): Record<string, number> {
  const { p50, p95, p99, max } = timesOf(histogram);
  return { [`${prefix}P50`]: p50, [`${prefix}P95`]: p95, [`${prefix}P99`]: p99, [`${prefix}Max`]: max };
}

/** Columns for what `timeValues` makes. */
export const timeColumns = (prefix: string, what: string) =>
  (['P50', 'P95', 'P99', 'Max'] as const).map((key) => ({
    key: `${prefix}${key}`,
    title: `${what} ${key.toLowerCase()}, ms`,
    digits: 2,
  }));
