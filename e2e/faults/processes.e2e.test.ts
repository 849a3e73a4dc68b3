import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { eventually } from '@brook/common/testing';
import { type Owner, System } from './cluster.js';
import type { Load } from './load.js';
import { pick } from './random.js';
import type { Replica } from './replica.js';
import { pass, say, seconds, underLoad, untilAcked } from './scenario.js';

/*
 * Processes that die, freeze and are replaced (1, 2 and 12 of the fault list). Recovery after a dead or frozen owner is
 * bounded by the lease: 10 s without a beat.
 */
const TAKE_OVER_LIMIT_MS = 12_000;
const RELEASE_LIMIT_MS = 1_000;

let system: System;
beforeAll(async () => {
  system = await System.start();
}, 90_000);
afterEach(() => system.restoreAll(), 60_000);
afterAll(() => system?.stop(), 30_000);

describe('1. kill -9', () => {
  test.each(['before-commit', 'after-commit', 'after-publish'])(
    'of the messages owner %s',
    (place) =>
      underLoad(system, `kill -9 ${place}`, async ({ load, random }) => {
        const partition = pick(random, [0, 1]);
        const owner = await system.owner('messages', partition);
        owner.arm(`${place}:kill:${pick(random, [1, 2, 5, 9])}`);
        await owner.gone();
        await expectAcksWithin(load, partition, TAKE_OVER_LIMIT_MS, `after kill -9 ${place}`);
        await owner.start();
      }),
    90_000,
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
        const frozen = await freeze('messages', 0, 'before-commit:stop:1');
        const others = await Promise.all([freeze('rooms', 0), freeze('users', 0)]);
        try {
          await expectAcksWithin(load, 0, TAKE_OVER_LIMIT_MS, 'with a paused owner');
          await Promise.all(others.map(({ service, replica }) => successor(service, 0, replica)));
        } finally {
          for (const { replica } of [frozen, ...others]) replica.resume();
        }
        await eventually(() => frozen.replica.said('lease lost') > frozen.lost, { timeout: 10_000 });
      }),
    90_000,
  );

  test(
    'inside a statement: nobody waits for its locks',
    () =>
      underLoad(system, 'paused inside a statement', async ({ load }) => {
        const frozen = await freezeInStatement(1);
        try {
          await expectAcksWithin(load, 1, TAKE_OVER_LIMIT_MS, 'with an owner paused inside a statement');
        } finally {
          frozen.resume();
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

interface Frozen {
  service: Owner;
  replica: Replica;
  /** Leases that it had lost before. */
  lost: number;
}

async function freeze(service: Owner, partition: number, at?: string): Promise<Frozen> {
  const replica = await system.owner(service, partition);
  const lost = replica.said('lease lost');
  if (at) replica.arm(at);
  else replica.pause();
  await eventually(() => replica.paused);
  return { service, replica, lost };
}

/** Pauses the owner at a moment in which Postgres runs its statement. */
async function freezeInStatement(partition: number): Promise<Replica> {
  const replica = await system.owner('messages', partition);
  const running = `SELECT count(*)::int AS n FROM pg_stat_activity
    WHERE application_name = 'brook-messages' AND state = 'active' AND query LIKE '%append(%'`;
  await eventually(async () => ((await system.query<{ n: number }>(running))[0]?.n ?? 0) > 0, { timeout: 10_000, interval: 1 });
  replica.pause();
  return replica;
}

const successor = (service: Owner, partition: number, former: Replica) =>
  eventually(async () => (await system.owner(service, partition)) !== former, { timeout: TAKE_OVER_LIMIT_MS });

async function expectAcksWithin(load: Load, partition: number, limitMs: number, what: string): Promise<void> {
  const ms = await untilAcked(load, partition, 2 * limitMs);
  say(`acks flow again ${what}: ${seconds(ms)}`);
  expect(ms).toBeLessThan(limitMs);
}

async function heldBy(replica: Replica): Promise<number[]> {
  const owners = await Promise.all([0, 1].map((partition) => system.owner('messages', partition)));
  return [0, 1].filter((partition) => owners[partition] === replica);
}
