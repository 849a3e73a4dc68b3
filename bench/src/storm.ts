import { setTimeout as delay } from 'node:timers/promises';
import type { DialectName } from './load/dialect.js';
import { total } from './measure/processes.js';
import type { Measurement, Scenario, ScenarioContext } from './scenario.js';
import { crowd, onTarget, perUnit, timeColumns, timeValues } from './workload.js';

const PER_ROOM = 50;
const SEEDED = 60;
/** Until the servers have noticed that everybody is gone. */
const GONE_MS = 2_000;
/** Messages a second after the return: they show whether anybody misses something. */
const FLOW = 200;

/** Everybody is cut off at once and comes back at once, with what was known before. */
export function storm({ clients, byDefault }: { clients: number; byDefault?: number }): Scenario {
  return {
    title: `Storm of ${clients}`,
    description: `${clients} clients in rooms of ${PER_ROOM} are cut off in one moment and all connect again at once; ready is who is signed in and has joined again with what was missed (Brook) or the newest 50 messages (Socket.IO). Messages that follow show whether anybody misses one.`,
    ...(byDefault === undefined ? {} : { byDefault }),
    columns: [
      { key: 'joinMax', title: 'last one ready, ms', digits: 0 },
      { key: 'cpu', title: 'CPU us a client', digits: 0 },
      ...timeColumns('join', 'ready').slice(0, 3),
      { key: 'failed', title: 'failed', digits: 0 },
    ],
    run: async (context) => {
      const measured: Measurement[] = [];
      for (const name of context.targets) measured.push(await measure(name, clients, context));
      return measured;
    },
  };
}

function measure(name: DialectName, clients: number, { progress, quick }: ScenarioContext): Promise<Measurement> {
  return onTarget(name, { progress, processes: 1 }, async (target, fleet) => {
    const specs = await crowd(target, { rooms: clients / PER_ROOM, perRoom: PER_ROOM, senders: 1, timedEvery: PER_ROOM });
    await fleet.open(specs);
    await fleet.burst(SEEDED, 8);
    await delay(quick ? 500 : GONE_MS);
    await fleet.cut();
    await delay(GONE_MS);
    progress.step(`${name}: ${clients} come back`);
    await fleet.span();
    const { times, failures } = await fleet.reopen(Number.POSITIVE_INFINITY);
    const { cpu } = await fleet.span();
    await fleet.begin({ kind: 'paced', perSecond: FLOW });
    await delay(1_000);
    const parts = perUnit(cpu, clients);
    return {
      target: name,
      variant: '',
      values: { cpu: total(parts), ...timeValues('join', times), failed: clients - times.totalCount },
      parts,
      faults: await fleet.verify(),
      failures,
    };
  });
}
