import { setTimeout as delay } from 'node:timers/promises';
import type { DialectName } from '../load/dialect.js';
import { difference, memoryKib, type ProcessTree, total } from '../measure/processes.js';
import type { Measurement, Scenario, ScenarioContext } from '../scenario.js';
import { crowd, onTarget, perUnit } from '../workload.js';

const PER_ROOM = 20;
const SOCKETS = 5000;
/** Sockets that come and go before the first reading: what a process needs for the first of a kind is no slope. */
const WARM = 500;
/** A process at rest gives memory back step by step: it is read after a minute, when it stands still, or at the limit. */
const REST_MS = 50_000;
const LOOK_MS = 10_000;
const LOOKS_MAX = 5;
const STILL = 0.003;

export const scenario: Scenario = {
  title: 'Idle connections',
  description: `Memory (proportional set size of all server processes) with ${SOCKETS} connections, each of a person of its own, signed in and in a room of ${PER_ROOM}, a minute after the last came, less that with none, by connection. Brook is started anew after people and rooms are made.`,
  byDefault: 5,
  columns: [
    { key: 'kib', title: 'KiB a connection', digits: 1 },
    { key: 'before', title: 'MiB with none', digits: 0 },
    { key: 'after', title: `MiB with ${SOCKETS}`, digits: 0 },
  ],
  run: async (context) => {
    const measured: Measurement[] = [];
    for (const name of context.targets) measured.push(await measure(name, context));
    return measured;
  },
};

function measure(name: DialectName, { progress, quick }: ScenarioContext): Promise<Measurement> {
  return onTarget(name, { progress, processes: 1 }, async (target, fleet) => {
    const count = quick ? SOCKETS / 5 : SOCKETS;
    progress.step(`${name}: ${count} people are made`);
    const specs = await crowd(target, { rooms: count / PER_ROOM, perRoom: PER_ROOM, senders: 0 });
    await target.renew();
    await fleet.open(specs.slice(0, WARM));
    await fleet.forget();
    progress.step(`${name}: memory settles`);
    const before = await settledMemory(target.trees);
    progress.step(`${name}: ${count} connections`);
    const { failures } = await fleet.open(specs, 100);
    progress.step(`${name}: they rest`);
    const after = await settledMemory(target.trees);
    const parts = perUnit(difference(before, after), count);
    return {
      target: name,
      variant: '',
      values: { kib: total(parts), before: total(before) / 1024, after: total(after) / 1024 },
      parts,
      failures,
    };
  });
}

async function settledMemory(trees: readonly ProcessTree[]): Promise<Record<string, number>> {
  await delay(REST_MS);
  let last = memoryKib(trees);
  for (let look = 0; look < LOOKS_MAX; look++) {
    await delay(LOOK_MS);
    const now = memoryKib(trees);
    if (Math.abs(total(now) - total(last)) < STILL * total(last)) return now;
    last = now;
  }
  return last;
}
