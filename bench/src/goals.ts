import type { DialectName } from './load/dialect.js';
import type { Results } from './results.js';

/** What a run has to reach. All are ratios within one run, or zero. */
export interface Goal {
  text: string;
  /** What was reached, as text, and whether that suffices. Undefined: not measured in this run. */
  judge(values: Lookup): { reached: string; met: boolean } | undefined;
}

/** A value of a scenario; undefined when it was not measured. */
export type Lookup = (scenario: string, target: DialectName, key: string, variant?: string) => number | undefined;

const times = (value: number) => `${value.toFixed(value < 10 ? 2 : 1)} x`;

/** Brook's value over another's, at least or at most so much. */
function ratio(
  text: string,
  [scenario, key, variant = '']: [scenario: string, key: string, variant?: string],
  peer: DialectName,
  bound: { atLeast: number } | { atMost: number },
): Goal {
  return {
    text,
    judge(values) {
      const own = values(scenario, 'brook', key, variant);
      const other = values(scenario, peer, key, variant);
      if (own === undefined || other === undefined) return undefined;
      if (own <= 0 || other <= 0) return { reached: 'not to be told', met: false };
      const value = own / other;
      return { reached: times(value), met: 'atLeast' in bound ? value >= bound.atLeast : value <= bound.atMost };
    },
  };
}

export const GOALS: Goal[] = [
  ratio("ingest: messages/s at least 4 x Socket.IO's", ['ingest', 'perSecond'], 'socketio', { atLeast: 4 }),
  ratio("ingest: CPU a message at most 0.3 x Socket.IO's", ['ingest', 'cpu'], 'socketio', { atMost: 0.3 }),
  ratio("fan-out 1 x 200: deliveries/s at least 5 x bare ws'", ['fanout', 'perSecond', 'maximum'], 'ws', { atLeast: 5 }),
  ratio("fan-out 1 x 200: CPU a delivery at most 0.25 x bare ws'", ['fanout', 'cpu', 'maximum'], 'ws', { atMost: 0.25 }),
  ratio("300 messages/s: p50 at most 1.35 x Socket.IO's", ['latency', 'deliveryP50', '300/s'], 'socketio', { atMost: 1.35 }),
  {
    text: "300 messages/s: p99 at most 4 ms, or 0.6 x Socket.IO's",
    judge(values) {
      const own = values('latency', 'brook', 'deliveryP99', '300/s');
      const other = values('latency', 'socketio', 'deliveryP99', '300/s');
      if (own === undefined || other === undefined) return undefined;
      return { reached: `${own.toFixed(2)} ms, ${times(own / other)}`, met: own <= 4 || own / other <= 0.6 };
    },
  },
  ratio("300 messages/s: CPU a message at most 0.5 x Socket.IO's", ['latency', 'cpu', '300/s'], 'socketio', { atMost: 0.5 }),
  ratio("warm join: p50 at most 0.5 x Socket.IO's", ['join', 'joinP50', 'warm'], 'socketio', { atMost: 0.5 }),
  ratio("warm join: CPU at most 0.5 x Socket.IO's", ['join', 'cpu', 'warm'], 'socketio', { atMost: 0.5 }),
  ratio("memory of an idle connection at most 1.5 x bare ws'", ['idle', 'kib'], 'ws', { atMost: 1.5 }),
  ratio("storm of 1,000: the last one ready no later than Socket.IO's", ['storm', 'joinMax'], 'socketio', { atMost: 1 }),
];

/** Nothing lost, doubled, out of order or astray, and nobody refused, in anything that Brook was measured at. */
export const FAULTLESS: (results: Results) => { reached: string; met: boolean } = (results) => {
  let faults = 0;
  let failures = 0;
  for (const { measurements } of Object.values(results.scenarios))
    for (const { target, faults: found, failures: failed } of measurements) {
      if (target !== 'brook') continue;
      faults += Object.values(found ?? {}).reduce((sum, count) => sum + count, 0);
      failures += failed?.length ?? 0;
    }
  return { reached: `${faults} faults, ${failures} failures`, met: faults + failures === 0 };
};
