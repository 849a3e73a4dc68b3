import { afterAll, afterEach, beforeAll, describe, test } from '@jest/globals';
import { System } from './cluster.js';
import * as faults from './faults.js';
import { underLoad } from './scenario.js';

/* Redis and Postgres that restart, forget, refuse and go back in time (3 and 4 of the fault list). */

let system: System;
beforeAll(async () => {
  system = await System.start();
}, 90_000);
afterEach(() => system.restoreAll(), 60_000);
afterAll(() => system?.stop(), 60_000);

describe('3. Redis', () => {
  test.each<[string, faults.Fault]>([
    ['restarted with its append-only file, then killed with -9', faults.inTurn(faults.redisRestart, faults.redisKilled)],
    ['restarted empty', faults.redisEmpty],
    ['emptied while it runs', faults.redisFlushed],
    ['restored from an older copy', faults.redisRestored],
  ])('%s', (name, fault) => underLoad(system, `redis ${name}`, fault), 90_000);
});

describe('4. Postgres', () => {
  test.each<[string, faults.Fault]>([
    [
      'restarted, then crashed: recovery from its log',
      faults.inTurn(faults.postgresEnded('SIGINT'), faults.postgresEnded('SIGQUIT')),
    ],
    ['every backend killed, again and again', faults.backendsKilled],
    ['no connection free', faults.noConnectionFree],
    ['writes refused', faults.writesRefused],
    ['restored from an older backup: another era', faults.postgresRestored],
  ])('%s', (name, fault) => underLoad(system, `postgres ${name}`, fault), 90_000);
});
