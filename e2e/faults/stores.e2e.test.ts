import { afterAll, afterEach, beforeAll, describe, test } from '@jest/globals';
import { eventually } from '@brook/common/testing';
import pg from 'pg';
import { System } from './cluster.js';
import { pass, say, seconds, underLoad } from './scenario.js';

/* Redis and Postgres that restart, forget, refuse and go back in time (3 and 4 of the fault list). */

let system: System;
beforeAll(async () => {
  system = await System.start();
}, 90_000);
afterEach(() => system.restoreAll(), 60_000);
afterAll(() => system?.stop(), 30_000);

describe('3. Redis', () => {
  test(
    'restarted with its append-only file',
    () =>
      underLoad(system, 'redis restart', async () => {
        await system.redis.end('SIGTERM');
        await pass(500);
        await system.redis.start();
      }),
    90_000,
  );

  test(
    'killed with -9',
    () =>
      underLoad(system, 'redis kill -9', async () => {
        await system.redis.end('SIGKILL');
        await system.redis.start();
      }),
    90_000,
  );

  test(
    'restarted empty',
    () =>
      underLoad(system, 'redis restarted empty', async () => {
        await system.redis.end('SIGKILL');
        system.redis.wipe();
        await pass(500);
        await system.redis.start();
      }),
    90_000,
  );

  test(
    'emptied while it runs',
    () =>
      underLoad(system, 'FLUSHALL', async () => {
        await system.redis.run((client) => client.flushall());
        await pass(700);
        await system.redis.run((client) => client.flushall());
      }),
    90_000,
  );

  test(
    'restored from an older copy: finished commands are back, stream ids go back',
    () =>
      underLoad(system, 'redis restored from a copy', async () => {
        await system.redis.end('SIGTERM');
        const copy = system.redis.copy();
        await system.redis.start();
        await pass(2_000);
        await system.redis.end('SIGKILL');
        system.redis.restore(copy);
        await system.redis.start();
      }),
    90_000,
  );
});

describe('4. Postgres', () => {
  test(
    'restarted',
    () =>
      underLoad(system, 'postgres restart', async () => {
        const before = system.postgresPid;
        process.kill(before, 'SIGINT');
        await postgresBack(before);
      }),
    90_000,
  );

  test(
    'crashed: recovery from its log',
    () =>
      underLoad(system, 'postgres crash', async () => {
        const before = system.postgresPid;
        process.kill(before, 'SIGQUIT');
        await postgresBack(before);
      }),
    90_000,
  );

  test(
    'every backend killed, again and again',
    () =>
      underLoad(system, 'backends killed', async () => {
        for (let i = 0; i < 5; i++) {
          await endBackends();
          await pass(300);
        }
      }),
    90_000,
  );

  test(
    'no connection free',
    () =>
      underLoad(system, 'connection limit', async () => {
        const taken: pg.Client[] = [];
        try {
          // Each round ends the services' own connections and takes what they leave.
          for (let round = 0; round < 3; round++) {
            await endBackends();
            await takeEveryConnection(taken);
          }
          await pass(1_500);
          say(`${taken.length} connections taken`);
        } finally {
          await Promise.all(taken.map((client) => client.end()));
        }
      }),
    90_000,
  );

  test(
    'writes refused',
    () =>
      underLoad(system, 'writes refused', async () => {
        await setReadOnly('on');
        await pass(2_000);
        await setReadOnly('off');
      }),
    90_000,
  );
});

/** Waits until another postmaster answers. */
async function postgresBack(before: number): Promise<void> {
  const since = performance.now();
  await eventually(() => system.postgresPid !== before && system.query('SELECT 1').then(() => true), { timeout: 30_000 });
  say(`postgres was back after ${seconds(performance.now() - since)}`);
}

const endBackends = () =>
  system.query(`SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'brook-%'`);

async function backends(): Promise<number> {
  const counted = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name LIKE 'brook-%'`;
  return (await system.query<{ n: number }>(counted))[0]?.n ?? 0;
}

async function takeEveryConnection(taken: pg.Client[]): Promise<void> {
  for (;;) {
    const client = new pg.Client({ connectionString: system.databaseUrl });
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

async function setReadOnly(value: 'on' | 'off'): Promise<void> {
  await system.query(`ALTER SYSTEM SET default_transaction_read_only = ${value}`);
  await system.query('SELECT pg_reload_conf()');
}
