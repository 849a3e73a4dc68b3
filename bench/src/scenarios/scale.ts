import { Fleet } from '../load/fleet.js';
import type { Flow } from '../load/load.js';
import { total } from '../measure/processes.js';
import type { Measurement, Scenario, ScenarioContext } from '../scenario.js';
import { type BrookTarget, startBrook } from '../targets/brook.js';
import { addGateway } from '../targets/second-gateway.js';
import { type Crowd, crowd, measureFlow, perUnit, timeValues } from '../workload.js';

/** One point of one axis: everything else stays at the standard. */
interface Point extends Crowd {
  variant: string;
  partitions: number;
  gateways: number;
  flow: Flow;
}

const PACED: Flow = { kind: 'paced', perSecond: 300 };
const WINDOWED: Flow = { kind: 'windowed', window: 16 };
const STANDARD = { rooms: 20, perRoom: 10, senders: 10, partitions: 2, gateways: 1, flow: PACED };
const INGEST = { ...STANDARD, rooms: 50, perRoom: 2, senders: 2, flow: WINDOWED };

const POINTS: Point[] = [
  ...[1, 2, 4, 8, 16].map((partitions) => ({ ...STANDARD, partitions, variant: `P = ${partitions}, 300/s` })),
  ...[1, 2, 4, 8, 16].map((partitions) => ({ ...INGEST, partitions, variant: `P = ${partitions}, ingest` })),
  ...[10, 100, 500].map((rooms) => ({ ...STANDARD, rooms, perRoom: 2, senders: 2, variant: `${rooms} rooms of 2, 300/s` })),
  ...[2, 20, 200].map((perRoom) => ({ ...STANDARD, rooms: 5, perRoom, senders: 2, variant: `5 rooms of ${perRoom}, 300/s` })),
  ...[1, 2].map((gateways) => ({ ...STANDARD, gateways, variant: `${gateways} gateway${gateways > 1 ? 's' : ''}, 300/s` })),
  ...[1, 2].map((gateways) => ({ ...INGEST, gateways, variant: `${gateways} gateway${gateways > 1 ? 's' : ''}, ingest` })),
];

export const scenario: Scenario = {
  title: 'How cost grows',
  description:
    'One thing is varied at a time: partitions, rooms, people in a room, gateways. 300/s: paced, 20 rooms of 10 unless told; ingest: 50 rooms of 2, 16 messages of each client in flight. The last columns are what the processes need at rest, with everybody connected and nobody sending.',
  columns: [
    { key: 'perSecond', title: 'messages/s', digits: 0 },
    { key: 'cpu', title: 'CPU us a message', digits: 0 },
    { key: 'deliveryP50', title: 'delivery p50, ms', digits: 2 },
    { key: 'deliveryP99', title: 'delivery p99, ms', digits: 2 },
    { key: 'restCpu', title: 'at rest: CPU ms a second', digits: 1 },
  ],
  run: async (context) => {
    const measured: Measurement[] = [];
    for (const point of POINTS) measured.push(await measure(point, context));
    return measured;
  },
};

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
