import { check, expectKept } from './checker.js';
import type { System } from './cluster.js';
import { Load, type LoadOptions } from './load.js';
import { type Random, seeded } from './random.js';

/** The seed of this run: BROOK_FAULTS_SEED, else the same in every run, so that a failure can be repeated. */
export const runSeed = (): number => Number(process.env['BROOK_FAULTS_SEED'] ?? 20_261_122);

export interface Stage {
  system: System;
  load: Load;
  random: Random;
}

const WARM_MS = 1_500;
const AFTER_MS = 1_500;

/**
 * Injects a fault amid a steady load, lets the load run on a little, waits until all is quiet and checks every promise.
 * `fault` leaves the system able to work again: whatever it ended is started, whatever it broke is healed.
 */
export async function underLoad(
  system: System,
  name: string,
  fault: (stage: Stage) => Promise<unknown>,
  options: Partial<LoadOptions> = {},
): Promise<void> {
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
    const gap = load.longestSilence();
    say(
      `${name}: ${verdict.acked} of ${verdict.sent} sends acked, ${verdict.changes} messages changed, fault ${seconds(faultMs)}, longest silence ${seconds(gap)}`,
    );
    expectKept(system, verdict);
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
export async function untilAcked(load: Load, partition: number, limitMs: number): Promise<number> {
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

function earliest(load: Load, rooms: Set<string>, since: number): number {
  const times = load.senders.flatMap(({ records }) =>
    records
      .filter(({ roomId, sentAt }) => sentAt >= since && rooms.has(roomId))
      .map(({ ackedAt }) => ackedAt ?? Number.POSITIVE_INFINITY),
  );
  return Math.min(...times);
}
