import { eventually } from '@brook/common/testing';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { System } from './cluster.js';
import { freeze, freezeInStatement, killAt, successor } from './faults.js';
import { pick } from './random.js';
import type { Replica } from './replica.js';
import { expectAcksWithin, FULL, pass, RELEASE_LIMIT_MS, say, seconds, TAKE_OVER_LIMIT_MS, underLoad } from './scenario.js';

/* Processes that die, freeze and are replaced (1, 2 and 12 of the fault list). */

/** Each costs a lease's time; the place where a crash is hardest is always tried. */
const PLACES = ['before-commit', 'after-commit', 'after-publish'] as const;
const AT_LEAST = ['after-commit'] as const;

let system: System;
beforeAll(async () => {
  system = await System.start();
}, 90_000);
afterEach(() => system.restoreAll(), 60_000);
afterAll(() => system?.stop(), 60_000);

describe('1. kill -9', () => {
  test(
    'of the messages owner, between commit and publication and around them',
    () =>
      underLoad(system, 'kill -9 of owners', async (stage) => {
        for (const place of FULL ? PLACES : AT_LEAST) {
          const partition = pick(stage.random, [0, 1]);
          await killAt(place, partition)(stage);
          await expectAcksWithin(stage.load, partition, TAKE_OVER_LIMIT_MS, `after kill -9 ${place}`);
          await system.restoreAll();
        }
      }),
    120_000,
  );

  test(
    'of users, rooms and a gateway, at random',
    () =>
      underLoad(system, 'kill -9 of the others', async ({ random }) => {
        for (const service of ['users', 'gateway', 'rooms'] as const) {
          const victim = pick(random, system.of(service));
          await victim.kill();
          await pass(300 + random() * 700);
          await victim.start();
        }
      }),
    90_000,
  );
});

describe('2. SIGSTOP of an owner past its lease', () => {
  test(
    'between its read and its write: refused by the database when it wakes up',
    () =>
      underLoad(system, 'paused owners', async ({ load }) => {
        const frozen = await freeze(system, 'messages', 0, 'before-commit:stop:1');
        const others = await Promise.all([freeze(system, 'rooms', 0), freeze(system, 'users', 0)]);
        try {
          await expectAcksWithin(load, 0, TAKE_OVER_LIMIT_MS, 'with a paused owner');
          await Promise.all(others.map((other) => successor(system, other, 0)));
        } finally {
          for (const { replica } of [frozen, ...others]) replica.resume();
        }
        await eventually(() => frozen.replica.said('lease lost') > frozen.lost, { timeout: 10_000 });
        // It may have learned of its loss by its own look at the leases first; the write it had in hand is refused all the same.
        await eventually(() => system.postgresSaid(/is not held under epoch/) > 0, { timeout: 10_000 });
      }),
    90_000,
  );

  test(
    'inside a statement: nobody waits for its locks',
    () =>
      underLoad(system, 'paused inside a statement', async ({ load }) => {
        const frozen = await freezeInStatement(system, 1);
        try {
          await expectAcksWithin(load, 1, TAKE_OVER_LIMIT_MS, 'with an owner paused inside a statement');
        } finally {
          frozen.replica.resume();
        }
      }),
    90_000,
  );
});

test(
  '12. rolling restart of every service: no error reaches a client',
  () =>
    underLoad(system, 'rolling restart', async ({ load }) => {
      for (const replica of system.replicas) {
        const held = replica.service === 'messages' ? await heldBy(replica) : [];
        const flow = Promise.all(
          held.map((p) => expectAcksWithin(load, p, RELEASE_LIMIT_MS, `after SIGTERM of ${replica.name}`)),
        );
        const { code, ms } = await replica.stop();
        expect({ [replica.name]: code }).toEqual({ [replica.name]: 0 });
        await flow;
        await replica.start();
        if (ms > 5_000) say(`${replica.name} took ${seconds(ms)} to stop`);
      }
      const errors = load.senders.flatMap(({ name, changeErrors }) =>
        [...changeErrors].map(([code, n]) => `${name}: ${n} ${code}`),
      );
      expect(errors).toEqual([]);
    }),
  120_000,
);

async function heldBy(replica: Replica): Promise<number[]> {
  const owners = await Promise.all([0, 1].map((partition) => system.owner('messages', partition)));
  return [0, 1].filter((partition) => owners[partition] === replica);
}
