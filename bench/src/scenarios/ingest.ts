import type { Measurement, Scenario, ScenarioContext } from '../scenario.js';
import { total } from '../measure/processes.js';
import { crowd, measureFlow, onTarget, perUnit, timeColumns, timeValues } from '../workload.js';
import type { DialectName } from '../load/dialect.js';

const ROOMS = 50;
const CLIENTS = 2;
const WINDOW = 16;

export const scenario: Scenario = {
  title: 'Ingest',
  description: `${ROOMS} rooms, ${CLIENTS} clients in each, both send; ${WINDOW} messages of every client are always unacknowledged.`,
  byDefault: 1,
  columns: [
    { key: 'perSecond', title: 'messages/s', digits: 0 },
    { key: 'cpu', title: 'CPU us a message', digits: 1 },
    ...timeColumns('ack', 'ack'),
  ],
  run: async (context) => {
    const measured: Measurement[] = [];
    for (const name of context.targets) measured.push(await measure(name, context));
    return measured;
  },
};

function measure(name: DialectName, { progress, quick }: ScenarioContext): Promise<Measurement> {
  return onTarget(name, { progress, processes: 1 }, async (target, fleet) => {
    const specs = await crowd(target, { rooms: ROOMS, perRoom: CLIENTS, senders: CLIENTS, timedEvery: CLIENTS });
    const { failures } = await fleet.open(specs);
    progress.step(`${name}: ${specs.length} clients send`);
    const flow = { kind: 'windowed', window: WINDOW } as const;
    const span = await measureFlow(fleet, { flow, warmUp: quick ? 1 : 3, seconds: quick ? 2 : 8 });
    const parts = perUnit(span.cpu, span.acked);
    return {
      target: name,
      variant: '',
      values: { perSecond: span.acked / span.seconds, cpu: total(parts), ...timeValues('ack', span.acks) },
      parts,
      faults: await fleet.verify(),
      failures: [...failures, ...span.failures],
    };
  });
}
