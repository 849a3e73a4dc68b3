import { eventually } from '@brook/common/testing';
import { afterAll, beforeAll, test } from '@jest/globals';
import { System } from './cluster.js';
import { FakeClock } from './faketime.js';
import { pass, underLoad } from './scenario.js';

/* 8. Wall clocks that jump by ten minutes in one process, to and fro. */

const SERVICES = ['messages', 'gateway', 'rooms', 'users'] as const;
const STEPS_S = [600, 0, -600, 0];
const AT_MS = 500;

let system: System;
beforeAll(async () => {
  system = await System.start();
}, 90_000);
afterAll(() => system?.stop(), 60_000);

test('8. the clock of one process of each service steps by ±10 min', async () => {
  const clocks = SERVICES.map((service) => FakeClock.find(system.folder, service));
  if (clocks.includes(undefined)) return; // Said aloud by `find`.
  await Promise.all(
    SERVICES.map((service, i) =>
      system
        .of(service)[0]
        ?.stop()
        .then(() => system.of(service)[0]?.start(clocks[i]?.env)),
    ),
  );
  // Whatever the owners' partners held, the processes with the odd clocks hold now.
  await Promise.all((['messages', 'rooms', 'users'] as const).map((service) => system.of(service)[1]?.stop()));
  await underLoad(system, 'clock steps', async () => {
    await Promise.all(
      SERVICES.map((service, i) => step(system.of(service)[0]?.internalPort as number, clocks[i] as FakeClock, i)),
    );
  });
}, 120_000);

/** Steps one clock. Each begins elsewhere in the row, so that those of two services never agree. */
async function step(port: number, clock: FakeClock, from: number): Promise<void> {
  for (let i = 0; i < STEPS_S.length; i++) {
    const seconds = STEPS_S[(from + i) % STEPS_S.length] as number;
    clock.set(seconds);
    // The Date header is made anew once a second.
    await eventually(() => isOffBy(port, seconds), { timeout: 5_000 });
    await pass(AT_MS);
  }
  clock.set(0);
}

/** Whether the process says, in the Date of an answer, that its clock is off by about so much. */
async function isOffBy(port: number, seconds: number): Promise<boolean> {
  const response = await fetch(`http://127.0.0.1:${port}/healthz`);
  await response.arrayBuffer();
  const off = (Date.parse(response.headers.get('date') ?? '') - Date.now()) / 1000;
  return Math.abs(off - seconds) < 10;
}
