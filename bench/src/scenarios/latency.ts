import type { Measurement, Scenario, ScenarioContext } from '../scenario.js';
import { total } from '../measure/processes.js';
import { crowd, measureFlow, onTarget, perUnit, timeColumns, timeValues } from '../workload.js';
import type { DialectName } from '../load/dialect.js';

const ROOMS = 20;
const CLIENTS = 10;
const RATES = [300, 1000];

export const scenario: Scenario = {
  title: 'Latency',
  description: `${ROOMS} rooms with ${CLIENTS} clients; messages are sent by the clock, spread over all clients. Times count from when a message was due until a client has it, so that a pause is charged for everything it delays.`,
  byDefault: 3,
  columns: [
    { key: 'perSecond', title: 'messages/s', digits: 0 },
    { key: 'cpu', title: 'CPU us a message', digits: 0 },
    ...timeColumns('delivery', 'delivery'),
    { key: 'ackP50', title: 'ack p50, ms', digits: 2 },
    { key: 'ackP99', title: 'ack p99, ms', digits: 2 },
  ],
  run: async (context) => {
    const measured: Measurement[] = [];
    for (const name of context.targets) measured.push(...(await measure(name, context)));
    return measured;
  },
};

function measure(name: DialectName, { progress, quick }: ScenarioContext): Promise<Measurement[]> {
  return onTarget(name, { progress, processes: 1 }, async (target, fleet) => {
    const specs = await crowd(target, { rooms: ROOMS, perRoom: CLIENTS, senders: CLIENTS });
    const { failures } = await fleet.open(specs);
    const measured: Measurement[] = [];
    for (const rate of RATES) {
      progress.step(`${name}: ${rate} messages/s`);
      const flow = { kind: 'paced', perSecond: rate } as const;
      const span = await measureFlow(fleet, { flow, warmUp: quick ? 1 : 3, seconds: quick ? 3 : 10 });
      const parts = perUnit(span.cpu, span.acked);
      const { ackP50 = 0, ackP99 = 0 } = timeValues('ack', span.acks);
      const values = {
        perSecond: span.acked / span.seconds,
        cpu: total(parts),
        ...timeValues('delivery', span.deliveries),
        ackP50,
        ackP99,
      };
      const faults = await fleet.verify();
      measured.push({ target: name, variant: `${rate}/s`, values, parts, faults, failures: [...failures, ...span.failures] });
    }
    return measured;
  });
}
