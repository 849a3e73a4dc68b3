import { afterAll, beforeAll, test } from '@jest/globals';
import { System } from './cluster.js';
import { converge } from './convergence.js';
import { FULL } from './scenario.js';

const RUNS = FULL ? 100 : 12;

let system: System;
beforeAll(async () => {
  system = await System.start();
}, 90_000);
afterAll(() => system?.stop(), 60_000);

test(
  '11. random cuts, trims, edits, deletions, reactions, mentions, losses of the cache and resumes: every client converges',
  () =>
    converge({ system, redis: (_partition, work) => system.redis.run(work), everywhere: (work) => system.redis.run(work) }, RUNS),
  300_000,
);
