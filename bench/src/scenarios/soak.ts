import { setTimeout as delay } from 'node:timers/promises';
import { memoryKib } from '../measure/processes.js';
import { slope } from '../measure/statistics.js';
import type { Measurement, Scenario, ScenarioContext } from '../scenario.js';
import { crowd, onTarget, timeValues } from '../workload.js';

const MINUTES = 10;
/** Caches fill and heaps grow to their working size before memory is looked at. */
const WARM_MINUTES = 3;
const SAMPLE_MS = 10_000;
const RATE = 500;

export const scenario: Scenario = {
  title: 'Soak',
  description: `${RATE} messages/s into 20 rooms of 10 for ${MINUTES} minutes; memory every ${SAMPLE_MS / 1000} s, its slope from minute ${WARM_MINUTES} on by process. Redis keeps ten minutes of events, so it grows all the while.`,
  columns: [
    { key: 'first', title: 'MiB at first', digits: 0 },
    { key: 'last', title: 'MiB at last', digits: 0 },
    { key: 'perMinute', title: 'MiB a minute', digits: 2 },
  ],
  run: ({ progress, quick }: ScenarioContext) =>
    onTarget('brook', { progress, processes: 1 }, async (target, fleet) => {
      const specs = await crowd(target, { rooms: 20, perRoom: 10, senders: 10 });
      const { failures } = await fleet.open(specs);
      await fleet.begin({ kind: 'paced', perSecond: RATE });
      const samples = new Map<string, [minute: number, mib: number][]>();
      const begun = performance.now();
      for (const until = quick ? 1 : MINUTES; ; ) {
        await delay(quick ? SAMPLE_MS / 5 : SAMPLE_MS);
        const minute = (performance.now() - begun) / 60_000;
        progress.step(`minute ${minute.toFixed(1)} of ${until}`);
        if (quick || minute >= WARM_MINUTES)
          for (const [name, kib] of Object.entries(memoryKib(target.trees)))
            samples.set(name, [...(samples.get(name) ?? []), [minute, kib / 1024]]);
        if (minute >= until) break;
      }
      const span = await fleet.span();
      const faults = await fleet.verify();
      return [...samples].map(
        ([variant, points], i): Measurement => ({
          target: 'brook',
          variant,
          values: {
            first: points[0]?.[1] ?? 0,
            last: points.at(-1)?.[1] ?? 0,
            perMinute: slope(points),
            ...timeValues('delivery', span.deliveries),
          },
          ...(i === 0 && { faults, failures: [...failures, ...span.failures] }),
        }),
      );
    }),
};
