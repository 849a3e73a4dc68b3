import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Commands of a partition that are not finished. */
export interface Backlog {
  pending: number;
  /** Age of the oldest one in seconds, by Redis' clock; 0 when there is none. */
  lagSeconds: number;
}

/** The figures of a service that executes commands. */
export interface OwnerMetrics {
  commands: Counter<'partition'>;
  batchSize: Histogram;
  batchSeconds: Histogram;
  deadLetters: Counter<'partition'>;
  duplicates: Counter;
  leaseChanges: Counter<'change'>;
  /** Shows how many of all partitions are held here, and the backlog of each, read when somebody asks for the figures. */
  watch(partitions: number, held: () => Iterable<number>, read: ReadBacklog): void;
}

const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Registers the figures; once per process. `partition` has at most 64 values. */
export function createOwnerMetrics(registry: Registry): OwnerMetrics {
  const registers = [registry];
  const counter = <L extends string>(name: string, help: string, labelNames: L[] = []) =>
    new Counter<L>({ name, help, labelNames, registers });
  const deadLetters = counter('brook_dead_letters_total', 'Commands given up on', ['partition']);
  return {
    commands: counter('brook_commands_total', 'Commands taken off the stream', ['partition']),
    batchSize: new Histogram({
      name: 'brook_batch_size',
      help: 'Commands of a batch',
      buckets: [1, 4, 16, 64, 256, 512],
      registers,
    }),
    batchSeconds: new Histogram({
      name: 'brook_batch_seconds',
      help: 'From a batch in hand to its publication',
      buckets: SECONDS,
      registers,
    }),
    deadLetters,
    duplicates: counter('brook_duplicates_total', 'Commands that were met again and answered as the first time'),
    leaseChanges: counter('brook_lease_changes_total', 'Partitions taken over, released in order, and lost', ['change']),
    watch(partitions, held, read) {
      // A counter that is first seen at 1 has not grown for Prometheus: the first dead letter would alert nobody.
      for (let partition = 0; partition < partitions; partition += 1) deadLetters.inc({ partition }, 0);
      watchBacklog(registry, { partitions, held, read });
    },
  };
}

type ReadBacklog = (partition: number) => Promise<Backlog | undefined>;

interface Watched {
  partitions: number;
  held: () => Iterable<number>;
  read: ReadBacklog;
}

function watchBacklog(registry: Registry, { partitions, held, read }: Watched): void {
  const registers = [registry];
  new Gauge({ name: 'brook_partitions', help: 'Partitions of the deployment', registers }).set(partitions);
  new Gauge({
    name: 'brook_partitions_held',
    help: 'Partitions that this replica works on',
    registers,
    collect() {
      this.set([...held()].length);
    },
  });
  const backlogs = oneAtATime(() =>
    Promise.all([...held()].map(async (partition) => ({ partition, backlog: await read(partition) }))),
  );
  const perPartition = (name: string, help: string, value: (backlog: Backlog) => number) =>
    new Gauge({
      name,
      help,
      labelNames: ['partition'],
      registers,
      async collect() {
        const present = await backlogs();
        // What is no longer held is another replica's to tell; what cannot be read is not told.
        this.reset();
        for (const { partition, backlog } of present) if (backlog) this.set({ partition }, value(backlog));
      },
    });
  perPartition('brook_commands_pending', 'Unfinished commands of a partition held here', ({ pending }) => pending);
  perPartition(
    'brook_command_lag_seconds',
    'Age of the oldest unfinished command of a partition held here',
    ({ lagSeconds }) => lagSeconds,
  );
}

/** Figures of one scrape come from one reading. */
function oneAtATime<T>(read: () => Promise<T>): () => Promise<T> {
  let flight: Promise<T> | undefined;
  return () => {
    flight ??= read().finally(() => {
      flight = undefined;
    });
    return flight;
  };
}
