import { eventually } from '@brook/common/testing';
import pg from 'pg';
import type { Owner, System } from './cluster.js';
import type { Load } from './load.js';
import { pick, type Random } from './random.js';
import type { Replica } from './replica.js';
import type { SendRecord } from './sender.js';
import { backUp, restore, rotateEra } from './postgres-backup.js';
import { pass, say, seconds } from './scenario.js';

/** What a fault works on. */
export interface Stage {
  system: System;
  load: Load;
  random: Random;
}

/** Injects a fault and heals it: afterwards the system can work again, though some process may still be down. */
export type Fault = (stage: Stage) => Promise<unknown>;

const TAKERS = 8;
const BETWEEN_MS = 1_000;
const SERVICES = ['users', 'rooms', 'messages', 'gateway'] as const;

/** Ends the owner of a partition with -9 at a named place; resolves when it is dead. */
export function killAt(place: 'before-commit' | 'after-commit' | 'after-publish', partition: number): Fault {
  return async ({ system, random }) => {
    const owner = await system.owner('messages', partition);
    owner.arm(`${place}:kill:${pick(random, [1, 2, 5, 9])}`);
    await owner.gone();
  };
}

/** A paused owner, and how many leases it had lost before. */
export interface Frozen {
  service: Owner;
  replica: Replica;
  lost: number;
}

/** Pauses the owner of a partition: at once, or at a named place of its loop. */
export async function freeze(system: System, service: Owner, partition: number, at?: string): Promise<Frozen> {
  const replica = await system.owner(service, partition);
  const lost = replica.said('lease lost');
  if (at) replica.arm(at);
  else replica.pause();
  await eventually(() => replica.paused, { timeout: 20_000 });
  return { service, replica, lost };
}

/** Pauses the owner at a moment in which Postgres runs its statement. */
export async function freezeInStatement(system: System, partition: number): Promise<Frozen> {
  const running = `SELECT count(*)::int AS n FROM pg_stat_activity
    WHERE application_name = 'brook-messages' AND state = 'active' AND query LIKE '%append(%'`;
  const busy = async () => ((await system.query<{ n: number }>(running))[0]?.n ?? 0) > 0;
  await eventually(busy, { timeout: 10_000, interval: 1 });
  return freeze(system, 'messages', partition);
}

/** Waits until a partition has another owner than `former`. */
export const successor = (system: System, { service, replica }: Frozen, partition: number): Promise<unknown> =>
  eventually(async () => (await system.owner(service, partition)) !== replica, { timeout: 20_000 });

/** Faults one after another under one load. */
export const inTurn =
  (...faults: Fault[]): Fault =>
  async (stage) => {
    for (const fault of faults) {
      await fault(stage);
      await pass(BETWEEN_MS);
    }
  };

export const redisRestart: Fault = async ({ system: { redis } }) => {
  await redis.end('SIGTERM');
  await pass(500);
  await redis.start();
};

export const redisKilled: Fault = async ({ system: { redis } }) => {
  await redis.end('SIGKILL');
  await redis.start();
};

export const redisEmpty: Fault = async ({ system: { redis } }) => {
  await redis.end('SIGKILL');
  redis.wipe();
  await pass(500);
  await redis.start();
};

export const redisFlushed: Fault = async ({ system: { redis } }) => {
  await redis.run((client) => client.flushall());
  await pass(700);
  await redis.run((client) => client.flushall());
};

/** Finished commands are back, the newest are gone, and stream ids go back. */
export const redisRestored: Fault = async ({ system: { redis } }) => {
  await redis.end('SIGTERM');
  const copy = redis.copy();
  await redis.start();
  await pass(2_000);
  await redis.end('SIGKILL');
  redis.restore(copy);
  await redis.start();
};

/** Ends Postgres with a signal and waits until another postmaster answers. */
export function postgresEnded(signal: 'SIGINT' | 'SIGQUIT'): Fault {
  return async ({ system }) => {
    const before = system.postgresPid;
    const since = performance.now();
    process.kill(before, signal);
    await eventually(() => system.postgresPid !== before && system.query('SELECT 1').then(() => true), { timeout: 30_000 });
    say(`postgres was back after ${seconds(performance.now() - since)}`);
  };
}

export const backendsKilled: Fault = async ({ system }) => {
  for (let i = 0; i < 5; i++) {
    await system.query(END_BACKENDS);
    await pass(300);
  }
};

/** Takes every connection that Postgres gives, so that the services have none, and holds them for a while. */
export const noConnectionFree: Fault = async ({ system }) => {
  const taken: pg.Client[] = [];
  // One that stands already: none will be free to look and to end the others by.
  const control = new pg.Client({ connectionString: system.databaseUrl });
  control.on('error', () => undefined);
  await control.connect();
  try {
    // Each round ends the services' own connections and takes what they leave.
    await eventually(
      async () => {
        await control.query(END_BACKENDS);
        await takeEveryConnection(system, taken);
        const { rows } = await control.query<{ n: number }>(COUNT_BACKENDS);
        return rows[0]?.n === 0;
      },
      { timeout: 60_000, interval: 1 },
    );
    await pass(1_500);
  } finally {
    await Promise.all([control, ...taken].map((client) => client.end()));
  }
};

export const writesRefused: Fault = async ({ system }) => {
  const set = async (value: 'on' | 'off') => {
    await system.query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
    await system.query('SELECT pg_reload_conf()');
  };
  await set('on');
  await pass(2_000);
  await set('off');
};

/**
 * A backup is restored over what came after it, and the era is rotated by the operator's command. What was acked since the
 * backup is lost, and nobody holds it any more: not one client keeps a message, or a cursor, of the time that never was.
 */
export const postgresRestored: Fault = async ({ system, load }) => {
  await load.rest();
  const kept = load.senders.map((sender) => sender.memory());
  const backup = await backUp(system);
  load.go();
  await pass(1_500);
  await load.rest();
  const acked = () => load.senders.reduce((sum, { records }) => sum + records.filter(({ seq }) => seq !== undefined).length, 0);
  const before = acked();
  await restore(system, backup);
  for (const [i, sender] of load.senders.entries()) sender.recall(kept[i] as SendRecord[]);
  const since = performance.now();
  const era = await rotateEra(system);
  const owners = system.replicas.filter(({ service }) => service !== 'gateway');
  await Promise.all(owners.map((owner) => owner.gone()));
  await system.restoreAll();
  await eventually(() => load.observers.every((observer) => observer.era === era && observer.live), { timeout: 30_000 });
  say(
    `${before - acked()} acked messages lost with the backup; everybody in the new era after ${seconds(performance.now() - since)}`,
  );
  load.go();
  await pass(1_000);
};

const anyKilled: Fault = async ({ system, random }) => {
  const victim = pick(random, system.of(pick(random, SERVICES)));
  await victim.kill();
  await pass(random() * 1_000);
  await victim.start();
};

const anyStopped: Fault = async ({ system, random }) => {
  const victim = pick(random, system.of(pick(random, SERVICES)));
  await victim.stop();
  await victim.start();
};

const anyPaused: Fault = async ({ system, random }) => {
  const victim = pick(random, system.of(pick(random, SERVICES)));
  victim.pause();
  await pass(random() * 14_000);
  victim.resume();
};

const ownerKilled: Fault = async (stage) => {
  const place = pick(stage.random, ['before-commit', 'after-commit', 'after-publish'] as const);
  await killAt(place, pick(stage.random, [0, 1]))(stage);
  await stage.system.restoreAll();
};

const ownerFrozen: Fault = async ({ system, random }) => {
  const place = pick(random, ['before-commit', 'after-commit', 'after-publish']);
  const frozen = await freeze(system, 'messages', pick(random, [0, 1]), `${place}:stop:1`);
  await pass(11_000 + random() * 3_000);
  frozen.replica.resume();
};

/** What a long run draws from. */
export const ANY: Record<string, Fault> = {
  'a process killed': anyKilled,
  'a process stopped': anyStopped,
  'a process paused': anyPaused,
  'an owner killed': ownerKilled,
  'an owner frozen': ownerFrozen,
  'redis restarted': redisRestart,
  'redis killed': redisKilled,
  'redis restarted empty': redisEmpty,
  'redis emptied': redisFlushed,
  'redis restored': redisRestored,
  'postgres restarted': postgresEnded('SIGINT'),
  'postgres crashed': postgresEnded('SIGQUIT'),
  'backends killed': backendsKilled,
  'no connection free': noConnectionFree,
  'writes refused': writesRefused,
};

const OF_SERVICES = `FROM pg_stat_activity WHERE application_name LIKE 'brook-%'`;
const END_BACKENDS = `SELECT pg_terminate_backend(pid) ${OF_SERVICES}`;
const COUNT_BACKENDS = `SELECT count(*)::int AS n ${OF_SERVICES}`;

/** The services connect again all the while: several at once are faster than they. */
async function takeEveryConnection(system: System, taken: pg.Client[]): Promise<void> {
  await Promise.all(Array.from({ length: TAKERS }, () => takeUntilRefused(system, taken)));
}

async function takeUntilRefused(system: System, taken: pg.Client[]): Promise<void> {
  for (;;) {
    const client = new pg.Client({ connectionString: system.databaseUrl });
    // One that is ended by a later round also emits.
    client.on('error', () => undefined);
    try {
      await client.connect();
    } catch (error) {
      if ((error as { code?: string }).code === '53300') return;
      throw error;
    }
    taken.push(client);
  }
}
