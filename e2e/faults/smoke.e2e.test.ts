import { afterAll, beforeAll, test } from '@jest/globals';
import { System } from './cluster.js';
import { pass, underLoad } from './scenario.js';

let system: System;
beforeAll(async () => {
  system = await System.start();
}, 90_000);
afterAll(() => system?.stop());

test('no fault at all', () => underLoad(system, 'no fault', () => pass(2_000)), 120_000);
