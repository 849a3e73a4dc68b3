import { Counter, Gauge, type Registry } from '@brook/common/metrics';

/** The figures of the socket side of a gateway. */
export interface SocketMetrics {
  sockets: Gauge;
  subscriptions: Gauge;
  rooms: Gauge;
  deliveries: Counter;
  acks: Counter;
  heals: Counter<'outcome'>;
  slowConsumers: Counter;
  closes: Counter<'code'>;
}

/** Registers the figures; once per process. */
export function createSocketMetrics(registry: Registry): SocketMetrics {
  const registers = [registry];
  const gauge = (name: string, help: string) => new Gauge({ name: `brook_gateway_${name}`, help, registers });
  const counter = (name: string, help: string) => new Counter({ name: `brook_gateway_${name}_total`, help, registers });
  return {
    sockets: gauge('sockets', 'Open WebSockets'),
    subscriptions: gauge('subscriptions', 'Subscriptions to rooms'),
    rooms: gauge('subscribed_rooms', 'Rooms with at least one subscription'),
    deliveries: counter('deliveries', 'Message events written to subscribers'),
    acks: counter('acks', 'Commands of sockets that were acknowledged'),
    heals: new Counter({
      name: 'brook_gateway_gap_heals_total',
      help: 'Holes in the event stream that were filled from the database, and those that could not be',
      labelNames: ['outcome'],
      registers,
    }),
    slowConsumers: counter('slow_consumers', 'Sockets closed because they took too little of what they were sent'),
    closes: new Counter({
      name: 'brook_gateway_closes_total',
      help: 'Sockets that ended, by close code',
      labelNames: ['code'],
      registers,
    }),
  };
}
