import { CLOSE } from '@brook/common/contracts';
import { Counter, Gauge, LabelledTally, PlainHistogram, type Registry, Tally } from '@brook/common/metrics';

/** The figures of the socket side of a gateway. */
export interface SocketMetrics {
  sockets: Gauge;
  subscriptions: Gauge;
  rooms: Gauge;
  deliveries: Tally;
  acks: Tally;
  heals: Counter<'outcome'>;
  slowConsumers: Counter;
  closes: Counter<'code'>;
  frames: LabelledTally;
  cacheReads: Counter<'result'>;
  sendToAck: PlainHistogram;
  sendToDelivery: PlainHistogram;
}

const SECONDS = [0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Registers the figures; once per process. */
export function createSocketMetrics(registry: Registry): SocketMetrics {
  const registers: [Registry] = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const tally = (name: string, help: string) => new Tally({ name, help, registers });
  const labelled = <L extends string>(name: string, help: string, label: L) =>
    new Counter<L>({ name, help, labelNames: [label], registers });
  const seconds = (name: string, help: string) => new PlainHistogram({ name, help, buckets: SECONDS, registers });
  return {
    sockets: gauge('brook_gateway_sockets', 'Open WebSockets'),
    subscriptions: gauge('brook_gateway_subscriptions', 'Subscriptions to rooms'),
    rooms: gauge('brook_gateway_subscribed_rooms', 'Rooms with at least one subscription'),
    deliveries: tally('brook_gateway_deliveries_total', 'Message events written to subscribers'),
    acks: tally('brook_gateway_acks_total', 'Commands of sockets that were acknowledged'),
    heals: labelled(
      'brook_gateway_gap_heals_total',
      'Holes in the event stream that were filled from the database, and those that could not be',
      'outcome',
    ),
    slowConsumers: counter(
      'brook_gateway_slow_consumers_total',
      'Sockets closed because they took too little of what they were sent',
    ),
    closes: labelled('brook_gateway_closes_total', 'Sockets that ended, by close code', 'code'),
    frames: new LabelledTally({
      name: 'brook_gateway_frames_total',
      help: 'Frames that clients sent, by type',
      label: 'type',
      registers,
    }),
    cacheReads: labelled(
      'brook_cache_reads_total',
      'Reads of the recent cache for subscribers: hit, miss, or error where Redis could not be asked',
      'result',
    ),
    sendToAck: seconds('brook_gateway_send_to_ack_seconds', 'From the frame that sends a message to its ack'),
    sendToDelivery: seconds(
      'brook_gateway_send_to_delivery_seconds',
      'From the command of a message sent here to the writing of its event to all subscribers here',
    ),
  };
}

/** Shows how many commands of this gateway wait for their answers. */
export function watchCommands(registry: Registry, waiting: () => number): void {
  new Gauge({
    name: 'brook_gateway_commands_waiting',
    help: 'Commands that wait for an answer',
    registers: [registry],
    collect() {
      this.set(waiting());
    },
  });
}

const CODES = new Set([1000, 1001, 1005, 1006, ...Object.values(CLOSE).map(({ code }) => code)]);

/** The label for a close code: a peer may name thousands, and each would be a time series. */
export const closeLabel = (code: number): string => (CODES.has(code) ? String(code) : 'other');
