import { Fleet } from '../load/fleet.js';
import type { Flow } from '../load/load.js';
import { total } from '../measure/processes.js';
import { slope } from '../measure/statistics.js';
import type { Measurement, Scenario, ScenarioContext } from '../scenario.js';
import { type BrookTarget, startBrook } from '../targets/brook.js';
import { addGateway } from '../targets/second-gateway.js';
import { type Crowd, crowd, measureFlow, perUnit, timeValues } from '../workload.js';

/** One point of one axis: everything else stays at the standard. */
interface Point extends Crowd {
  variant: string;
  /** What is varied, as a slope names it, and where on this axis the point lies. */
  axis: string;
  x: number;
  partitions: number;
  gateways: number;
  flow: Flow;
}

const PACED: Flow = { kind: 'paced', perSecond: 300 };
const WINDOWED: Flow = { kind: 'windowed', window: 16 };
const STANDARD = { rooms: 20, perRoom: 10, senders: 10, partitions: 2, gateways: 1, flow: PACED };
const INGEST = { ...STANDARD, rooms: 50, perRoom: 2, senders: 2, flow: WINDOWED };

const PAIRS = { ...STANDARD, perRoom: 2, senders: 2 };
const FIVE = { ...STANDARD, rooms: 5, senders: 2 };

const POINTS: Point[] = [
  ...[1, 2, 4, 8, 16].map((x) => ({ ...STANDARD, partitions: x, axis: 'partition, 300/s', x, variant: `P = ${x}, 300/s` })),
  ...[1, 2, 4, 8, 16].map((x) => ({ ...INGEST, partitions: x, axis: 'partition, ingest', x, variant: `P = ${x}, ingest` })),
  ...[10, 100, 500].map((x) => ({ ...PAIRS, rooms: x, axis: 'room, 300/s', x, variant: `${x} rooms of 2, 300/s` })),
  ...[2, 20, 200].map((x) => ({ ...FIVE, perRoom: x, axis: 'person in the room, 300/s', x, variant: `5 rooms of ${x}, 300/s` })),
  ...[1, 2].map((x) => ({ ...STANDARD, gateways: x, axis: 'gateway, 300/s', x, variant: `${x} gateways, 300/s` })),
  ...[1, 2].map((x) => ({ ...INGEST, gateways: x, axis: 'gateway, ingest', x, variant: `${x} gateways, ingest` })),
];

export const scenario: Scenario = {
  title: 'How cost grows',
  description:
    'One thing is varied at a time: partitions, rooms, people in a room, gateways. 300/s: paced, 20 rooms of 10 unless told; ingest: 50 rooms of 2, 16 messages of each client in flight. The last columns are what the processes need at rest, with everybody connected and nobody sending. "Each further": the slope of the line closest to the points of that axis.',
  columns: [
    { key: 'perSecond', title: 'messages/s', digits: 0 },
    { key: 'cpu', title: 'CPU us a message', digits: 1 },
    { key: 'deliveryP50', title: 'delivery p50, ms', digits: 2 },
    { key: 'deliveryP99', title: 'delivery p99, ms', digits: 2 },
    { key: 'restCpu', title: 'at rest: CPU ms a second', digits: 1 },
  ],
  run: async (context) => {
    const measured: Measurement[] = [];
    for (const point of POINTS) measured.push(await measure(point, context));
    return [...measured, ...slopes(measured)];
  },
};

/** What one more of each costs: the straight line closest to the points of an axis. */
function slopes(measured: Measurement[]): Measurement[] {
  return [...new Set(POINTS.map(({ axis }) => axis))].map((axis) => {
    const at = POINTS.flatMap((point, i) => (point.axis === axis ? [[point.x, measured[i]?.values ?? {}] as const] : []));
    const of = (key: string) => slope(at.map(([x, values]) => [x, values[key] ?? Number.NaN] as const));
    return { target: 'brook', variant: `each further ${axis}`, values: { cpu: of('cpu'), restCpu: of('restCpu') } };
  });
}

async function measure(point: Point, { progress, quick }: ScenarioContext): Promise<Measurement> {
  progress.step(point.variant);
  const target = await startBrook({ PARTITIONS: String(point.partitions) });
  const ends: (() => Promise<void>)[] = [];
  try {
    for (let gateway = 1; gateway < point.gateways; gateway++) ends.push(await addGateway(target));
    return await load(point, target, quick);
  } finally {
    for (const end of ends) await end();
    await target.stop();
  }
}

async function load(point: Point, target: BrookTarget, quick: boolean): Promise<Measurement> {
  const fleet = new Fleet('brook', 1, target.trees);
  try {
    const specs = await crowd(target, { ...point, timedEvery: Math.ceil(point.perRoom / 20) });
    const { failures } = await fleet.open(specs);
    await fleet.span();
    await new Promise((resolve) => setTimeout(resolve, quick ? 1_000 : 4_000));
    const rest = await fleet.span();
    const span = await measureFlow(fleet, { flow: point.flow, warmUp: quick ? 1 : 2, seconds: quick ? 2 : 6 });
    const parts = perUnit(span.cpu, span.acked);
    return {
      target: 'brook',
      variant: point.variant,
      values: {
        perSecond: span.acked / span.seconds,
        cpu: total(parts),
        restCpu: total(rest.cpu) / 1000 / rest.seconds,
        ...timeValues('delivery', span.deliveries),
      },
      parts,
      faults: await fleet.verify(),
      failures: [...failures, ...span.failures],
    };
  } finally {
    await fleet.end();
  }
}
