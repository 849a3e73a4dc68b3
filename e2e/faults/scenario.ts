import { check, expectKept } from './checker.js';
import type { System } from './cluster.js';
import { Load, type LoadOptions } from './load.js';
import type { Fault } from './faults.js';
import { seeded } from './random.js';
import { expect } from '@jest/globals';

/** The seed of this run: BROOK_FAULTS_SEED, else the same in every run, so that a failure can be repeated. */
export const runSeed = (): number => Number(process.env['BROOK_FAULTS_SEED'] ?? 20_261_122);

/** Whether everything runs at its full length and size: in `npm run test:faults`; `npm test` is brief. */
export const FULL = process.env['BROOK_FAULTS_FULL'] === '1';

/** A dead or frozen owner is replaced when its lease has not been kept alive for 10 s. */
export const TAKE_OVER_LIMIT_MS = 12_000;
/** One that leaves in order is replaced at once. */
export const RELEASE_LIMIT_MS = 1_000;
const WARM_MS = FULL ? 1_000 : 400;
const AFTER_MS = FULL ? 1_000 : 400;

/** What a scenario that kept every promise came to. */
export interface Outcome {
  acked: number;
  changed: number;
  /** Longest time without an ack in some partition. */
  longestSilenceMs: number;
  /** From each send to its ack, milliseconds. */
  latencies: number[];
}

/**
 * Injects a fault amid a steady load, lets the load run on a little, waits until all is quiet and checks every promise.
 * `fault` leaves the system able to work again: whatever it ended is started, whatever it broke is healed.
 */
export async function underLoad(
  system: System,
  name: string,
  fault: Fault,
  options: Partial<LoadOptions> = {},
): Promise<Outcome> {
  const random = seeded(runSeed() + seedOf(name));
  const load = await Load.prepare(system, { random, ...options });
  try {
    load.go();
    await pass(WARM_MS);
    const since = performance.now();
    await fault({ system, load, random });
    const faultMs = performance.now() - since;
    await pass(AFTER_MS);
    await load.quiesce();
    const verdict = await check(system, load);
    const longestSilenceMs = load.longestSilence();
    say(
      `${name}: ${verdict.acked} of ${verdict.sent} sends acked, ${verdict.changes} messages changed, fault ${seconds(faultMs)}, longest silence ${seconds(longestSilenceMs)}`,
    );
    expectKept(system, verdict);
    return { acked: verdict.acked, changed: verdict.changes, longestSilenceMs, latencies: load.latencies() };
  } finally {
    await load.close();
  }
}

/** Scenarios of one run differ, and each is the same in every run. */
const seedOf = (name: string): number => [...name].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1_000_003, 7);

/** One line of figures. */
export const say = (text: string): void => void process.stdout.write(`      ${text}\n`);
export const seconds = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Lets time pass under load: the load itself is the subject, so nothing can be waited for. */
export const pass = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/**
 * Milliseconds from now until a message is acked that was sent to `partition` after now. Call it at the moment of the
 * fault and await it later.
 */
async function untilAcked(load: Load, partition: number, limitMs: number): Promise<number> {
  const since = performance.now();
  const rooms = new Set(load.roomsOf(partition));
  const deadline = since + limitMs;
  while (performance.now() < deadline) {
    for (const { records } of load.senders) {
      const hit = records.findLast(
        ({ roomId, sentAt, ackedAt }) => sentAt >= since && ackedAt !== undefined && rooms.has(roomId),
      );
      if (hit) return earliest(load, rooms, since) - since;
    }
    await pass(20);
  }
  throw new Error(`no message sent to partition ${partition} after the fault was acked within ${limitMs} ms`);
}

/** Measures from now how long nothing sent to `partition` is acked, prints it, and fails past `limitMs`. */
export async function expectAcksWithin(load: Load, partition: number, limitMs: number, what: string): Promise<void> {
  const ms = await untilAcked(load, partition, 2 * limitMs);
  say(`acks flow again ${what}: ${seconds(ms)}`);
  expect(ms).toBeLessThan(limitMs);
}

function earliest(load: Load, rooms: Set<string>, since: number): number {
  const times = load.senders.flatMap(({ records }) =>
    records
      .filter(({ roomId, sentAt }) => sentAt >= since && rooms.has(roomId))
      .map(({ ackedAt }) => ackedAt ?? Number.POSITIVE_INFINITY),
  );
  return Math.min(...times);
}
