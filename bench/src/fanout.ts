import type { Fleet, Span } from './load/fleet.js';
import type { DialectName } from './load/dialect.js';
import { timesOf } from './measure/histogram.js';
import { total } from './measure/processes.js';
import type { Measurement, Scenario, ScenarioContext } from './scenario.js';
import type { Target } from './targets/target.js';
import { crowd, measureFlow, onTarget, perUnit, timeColumns, timeValues } from './workload.js';

const SENDERS = 10;
/** Deliveries are at their maximum where the 99th percentile still stays below this. */
const BOUND_MS = 250;
/** Messages of each sender in flight, from a small load to more than any of the systems takes. */
const WINDOWS = [2, 8, 24, 64];
const SLOW_RATE = 40;

/** One room that many listen to, at 40 messages/s and at the highest rate at which p99 stays below the bound. */
export function fanout({ receivers, byDefault }: { receivers: number; byDefault?: number }): Scenario {
  return {
    title: `Fan-out to ${receivers}`,
    description: `1 room, ${receivers} clients, ${SENDERS} of them send: ${SLOW_RATE} messages/s by the clock, then ever more in flight (${WINDOWS.join(', ')} messages a sender); "maximum" is the highest rate of deliveries whose 99th percentile is below ${BOUND_MS} ms.`,
    ...(byDefault === undefined ? {} : { byDefault }),
    columns: [
      { key: 'perSecond', title: 'deliveries/s', digits: 0 },
      { key: 'cpu', title: 'CPU us a delivery', digits: 2 },
      ...timeColumns('delivery', 'delivery'),
    ],
    run: async (context) => {
      const measured: Measurement[] = [];
      for (const name of context.targets) measured.push(...(await measure(name, receivers, context)));
      return measured;
    },
  };
}

function measure(name: DialectName, receivers: number, context: ScenarioContext): Promise<Measurement[]> {
  const { progress, quick } = context;
  return onTarget(name, { progress, processes: 1 }, async (target, fleet) => {
    const specs = await crowd(target, { rooms: 1, perRoom: receivers, senders: SENDERS, timedEvery: Math.ceil(receivers / 20) });
    const { failures } = await fleet.open(specs);
    progress.step(`${name}: ${SLOW_RATE} messages/s to ${receivers}`);
    const flow = { kind: 'paced', perSecond: SLOW_RATE } as const;
    const slow = await measureFlow(fleet, { flow, warmUp: 1, seconds: quick ? 2 : 5 });
    const slowFaults = await fleet.verify();
    const best = await maximum(target, fleet, context);
    return [
      { ...toMeasurement(name, `${SLOW_RATE} messages/s`, slow), faults: slowFaults, failures: [...failures, ...slow.failures] },
      { ...toMeasurement(name, 'maximum', best), faults: await fleet.verify(), failures: best.failures },
    ];
  });
}

async function maximum(target: Target, fleet: Fleet, { progress, quick }: ScenarioContext): Promise<Span> {
  let best: Span | undefined;
  for (const window of WINDOWS) {
    progress.step(`${target.name}: ${SENDERS} senders, ${window} messages of each in flight`);
    const flow = { kind: 'windowed', window } as const;
    const span = await measureFlow(fleet, { flow, warmUp: 1, seconds: quick ? 2 : 4 });
    await fleet.halt();
    const slow = timesOf(span.deliveries).p99 >= BOUND_MS;
    if (!best || (!slow && span.delivered / span.seconds > best.delivered / best.seconds)) best = span;
    if (slow) break;
  }
  return best as Span;
}

function toMeasurement(target: DialectName, variant: string, span: Span): Measurement {
  const parts = perUnit(span.cpu, span.delivered);
  const values = { perSecond: span.delivered / span.seconds, cpu: total(parts), ...timeValues('delivery', span.deliveries) };
  return { target, variant, values, parts };
}
