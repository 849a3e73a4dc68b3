import { afterAll, beforeAll, test } from '@jest/globals';
import { System } from './cluster.js';
import { ANY } from './faults.js';
import { Figures } from './figures.js';
import { between, pick, seeded } from './random.js';
import { pass, runSeed, underLoad } from './scenario.js';

/*
 * Faults drawn at random, several in each round, every round checked. `npm test` plays one round;
 * `npm run test:faults -- --minutes 30 --seed N` plays on and prints the figures.
 */
const minutes = Number(process.env['BROOK_FAULTS_MINUTES'] ?? 0);
const LONGEST_ROUND_MS = 180_000;

let system: System;
beforeAll(async () => {
  system = await System.start();
}, 90_000);
afterAll(() => system?.stop(), 60_000);

test(
  `random faults, seed ${runSeed()}`,
  async () => {
    const random = seeded(runSeed());
    const figures = new Figures(runSeed());
    const end = performance.now() + minutes * 60_000;
    do {
      const names = Array.from({ length: minutes > 0 ? between(random, 1, 4) : 2 }, () => pick(random, Object.keys(ANY)));
      const outcome = await underLoad(system, `round ${figures.rounds + 1}: ${names.join(', ')}`, async (stage) => {
        for (const name of names) {
          await ANY[name]?.(stage);
          await pass(stage.random() * 2_000);
        }
        await system.restoreAll();
      });
      figures.add(names, outcome);
    } while (performance.now() < end);
    figures.print();
  },
  minutes * 60_000 + LONGEST_ROUND_MS,
);
