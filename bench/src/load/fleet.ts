import { type ChildProcess, fork } from 'node:child_process';
import type { Histogram } from 'hdr-histogram-js';
import { addEncoded, newHistogram } from '../measure/histogram.js';
import { difference, type ProcessTree } from '../measure/processes.js';
import type { ClientSpec } from './client.js';
import type { DialectName } from './dialect.js';
import { addFaults, type Faults, noFaults } from './ledger.js';
import type { Flow, Load, Opened, Snapshot } from './load.js';
import type { Question, Reply } from './worker.js';

/** What all connections together did in a span of time. */
export interface Span {
  seconds: number;
  acked: number;
  delivered: number;
  acks: Histogram;
  deliveries: Histogram;
  failures: string[];
  /** CPU time of the server processes in microseconds, by name. */
  cpu: Record<string, number>;
}

/** How a set of joins went. */
export interface Joins {
  times: Histogram;
  failures: string[];
}

/** The load generator: processes of its own that share the connections. */
export class Fleet {
  readonly #workers: Worker[];
  readonly #trees: readonly ProcessTree[];
  #since = 0;
  #cpu: Record<string, number> = {};

  /** @param trees the server processes, whose CPU time each span tells */
  constructor(dialect: DialectName, processes: number, trees: readonly ProcessTree[]) {
    this.#trees = trees;
    this.#workers = Array.from({ length: processes }, () => new Worker(dialect));
  }

  /** Opens connections, in all `atOnce` on their way at a time. @throws when one fails */
  async open(specs: ClientSpec[], atOnce = 50): Promise<Joins> {
    const shares = this.#workers.map((_, at) => specs.filter((__, i) => i % this.#workers.length === at));
    return merged(
      await Promise.all(this.#workers.map((worker, at) => worker.ask('open', shares[at] ?? [], Math.ceil(this.#share(atOnce))))),
    );
  }

  async reopen(atOnce: number): Promise<Joins> {
    return merged(await this.#all('reopen', Math.ceil(this.#share(atOnce))));
  }

  async cut(): Promise<void> {
    await this.#all('cut');
  }

  async forget(): Promise<void> {
    await this.#all('forget');
  }

  async begin(flow: Flow): Promise<void> {
    const own: Flow = flow.kind === 'paced' ? { kind: 'paced', perSecond: this.#share(flow.perSecond) } : flow;
    await this.#all('begin', own);
    await this.span();
  }

  /** Every sender sends so many messages. */
  async burst(messages: number, window: number): Promise<void> {
    await this.#all('burst', messages, window);
  }

  /** What happened since the last call, or since `begin`. */
  async span(): Promise<Span> {
    // One of them reads the servers' CPU time, in the moment in which it counts.
    const snapshots = await Promise.all(this.#workers.map((worker, i) => worker.ask('snapshot', i === 0 ? this.#trees : [])));
    const cpu = snapshots[0]?.cpu ?? {};
    const used = difference(this.#cpu, cpu);
    this.#cpu = cpu;
    const at = snapshots.reduce((sum, snapshot) => sum + snapshot.at, 0) / snapshots.length;
    const seconds = (at - this.#since) / 1_000_000;
    this.#since = at;
    return { ...summed(snapshots), seconds, cpu: used };
  }

  /** Ends sending, waits for what is on its way, and checks everything that was received. */
  async verify(): Promise<Faults> {
    await this.#all('halt');
    const sent = new Map<number, number[]>();
    for (const [room, sender, count] of (await this.#all('sent')).flat()) {
      const senders = sent.get(room) ?? [];
      senders[sender] = count;
      sent.set(room, senders);
    }
    return (await this.#all('verify', sent)).reduce(addFaults, noFaults());
  }

  /** Ends sending and waits for the answers of what was sent. */
  async halt(): Promise<void> {
    await this.#all('halt');
  }

  async end(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.end()));
  }

  #share(of: number): number {
    return of / this.#workers.length;
  }

  #all<M extends Method>(method: M, ...args: Parameters<Load[M]>): Promise<Awaited<ReturnType<Load[M]>>[]> {
    return Promise.all(this.#workers.map((worker) => worker.ask(method, ...args)));
  }
}

type Method = Question['method'];

class Worker {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, { resolve: (value: never) => void; reject: (err: Error) => void }>();
  #count = 0;

  constructor(dialect: DialectName) {
    this.#process = fork(new URL('./worker.js', import.meta.url), [dialect], { serialization: 'advanced' });
    this.#process.on('message', (reply: Reply) => {
      const waiting = this.#waiting.get(reply.id);
      this.#waiting.delete(reply.id);
      if ('error' in reply) waiting?.reject(new Error(reply.error));
      else waiting?.resolve(reply.value as never);
    });
    this.#process.on('exit', (code) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`a process of the load generator ended with ${code}`));
    });
  }

  ask<M extends Method>(method: M, ...args: Parameters<Load[M]>): Promise<Awaited<ReturnType<Load[M]>>> {
    const id = ++this.#count;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#process.send({ id, method, args } satisfies Question);
    });
  }

  async end(): Promise<void> {
    const gone = new Promise<void>((resolve) => this.#process.once('exit', () => resolve()));
    this.#process.disconnect();
    await gone;
  }
}

function merged(opened: Opened[]): Joins {
  const times = newHistogram();
  for (const { joins } of opened) addEncoded(times, joins);
  return { times, failures: opened.flatMap(({ failures }) => failures) };
}

function summed(snapshots: Snapshot[]): Omit<Span, 'seconds' | 'cpu'> {
  const span = { acked: 0, delivered: 0, acks: newHistogram(), deliveries: newHistogram(), failures: [] as string[] };
  for (const { acked, delivered, acks, deliveries, failures } of snapshots) {
    span.acked += acked;
    span.delivered += delivered;
    addEncoded(span.acks, acks);
    addEncoded(span.deliveries, deliveries);
    span.failures.push(...failures);
  }
  return span;
}
