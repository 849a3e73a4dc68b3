import { encode, newHistogram, record } from '../measure/histogram.js';
import { cpuMicros, type ProcessTree } from '../measure/processes.js';
import { Client, type ClientSpec, type Records } from './client.js';
import type { Dialect, DialectName } from './dialect.js';
import { brook } from './dialect-brook.js';
import { socketio } from './dialect-socketio.js';
import { ws } from './dialect-ws.js';
import { addFaults, type Faults, noFaults } from './ledger.js';
import { nowMicros } from './stamp.js';

const DIALECTS: Record<DialectName, Dialect> = { brook, ws, socketio };

/** How messages are sent: so many at once and always the same number in flight, or by the clock. */
export type Flow = { kind: 'windowed'; window: number } | { kind: 'paced'; perSecond: number };

/** What happened since the last snapshot. */
export interface Snapshot {
  /** Monotonic, in microseconds. */
  at: number;
  acked: number;
  delivered: number;
  /** Encoded histograms of microseconds. */
  acks: string;
  deliveries: string;
  /** What failed, at most a few. */
  failures: string[];
  /** CPU time that the server processes have used so far, in microseconds by name. */
  cpu: Record<string, number>;
}

/** How a set of joins went. */
export interface Opened {
  /** Encoded histogram of microseconds from the first byte to the history. */
  joins: string;
  failures: string[];
}

/** Text of every message. */
const TEXT = 'a message of the usual length, as people write them to each other in a chat: 80 '.padEnd(80, '.');
/** A timer of Node fires up to this late: that is the generator's fault, not the server's. */
const TIMER_MICROS = 1_500;
const FAILURES_MAX = 5;
/** Without any news for this long after the last send, what is missing counts as lost. */
const QUIET_MS = 5_000;

/** The connections of one process of the load generator, and what they send. */
export class Load {
  readonly #dialect: Dialect;
  #clients: Client[] = [];
  #acks = newHistogram();
  #deliveries = newHistogram();
  #failures: string[] = [];
  #ticker: NodeJS.Timeout | undefined;
  readonly #records: Records = {
    acked: 0,
    delivered: 0,
    ack: (micros) => record(this.#acks, micros),
    delivery: (micros) => record(this.#deliveries, micros),
    failed: (reason) => this.#failed(reason),
  };

  constructor(name: DialectName) {
    this.#dialect = DIALECTS[name];
  }

  /** Adds connections, at most `atOnce` on their way at a time. */
  open(specs: ClientSpec[], atOnce: number): Promise<Opened> {
    const clients = specs.map((spec) => new Client(spec, this.#dialect, this.#records));
    this.#clients.push(...clients);
    return this.#openAll(clients, atOnce);
  }

  /** Cuts every connection at once. */
  cut(): void {
    for (const client of this.#clients) client.cut();
  }

  /** Brings every connection back, from where it was. */
  reopen(atOnce: number): Promise<Opened> {
    return this.#openAll(this.#clients, atOnce);
  }

  /** Cuts and forgets every connection. */
  forget(): void {
    this.cut();
    this.#clients = [];
  }

  begin(flow: Flow): void {
    const senders = this.#clients.filter(({ spec }) => spec.sender >= 0);
    if (flow.kind === 'paced') this.#pace(senders, flow.perSecond);
    else
      for (const client of senders) {
        client.onAck = (one) => one.sendNext(TEXT, nowMicros());
        for (let i = 0; i < flow.window; i++) client.sendNext(TEXT, nowMicros());
      }
  }

  /** Every sender sends so many messages, `window` at a time. Resolves when all are acknowledged. */
  async burst(messages: number, window: number): Promise<void> {
    const senders = this.#clients.filter(({ spec }) => spec.sender >= 0);
    for (const client of senders) {
      const until = client.sent + messages;
      client.onAck = (one) => {
        if (one.sent < until) one.sendNext(TEXT, nowMicros());
      };
      for (let i = 0; i < Math.min(window, messages); i++) client.sendNext(TEXT, nowMicros());
    }
    await this.#quiet(() => senders.every(({ sent, done }) => sent === done));
  }

  /** Sends no more, and waits until everything sent is answered. */
  async halt(): Promise<void> {
    clearInterval(this.#ticker);
    for (const client of this.#clients) client.onAck = undefined;
    await this.#quiet(() => this.#clients.every(({ sent, done }) => sent === done));
  }

  /** Messages sent so far: by room and sender. */
  sent(): [room: number, sender: number, sent: number][] {
    return this.#clients.filter(({ spec }) => spec.sender >= 0).map(({ spec, sent }) => [spec.room, spec.sender, sent]);
  }

  /** Waits until every client has what was sent in its room, then checks what it received. `sent` by room, then sender. */
  async verify(sent: Map<number, number[]>): Promise<Faults> {
    const of = (client: Client) => client.ledger.verdict(sent.get(client.spec.room) ?? []);
    await this.#quiet(() => this.#clients.every((client) => of(client).loss === 0));
    return this.#clients.reduce((sum, client) => addFaults(sum, of(client)), noFaults());
  }

  /** What happened since the last one. `trees`: the server processes whose CPU time is read at this very moment. */
  snapshot(trees: readonly ProcessTree[]): Snapshot {
    const { acked, delivered } = this.#records;
    const cpu = cpuMicros(trees);
    const taken = { at: nowMicros(), cpu, acked, delivered, acks: encode(this.#acks), deliveries: encode(this.#deliveries) };
    const failures = this.#failures;
    this.#records.acked = 0;
    this.#records.delivered = 0;
    this.#acks = newHistogram();
    this.#deliveries = newHistogram();
    this.#failures = [];
    return { ...taken, failures };
  }

  async #openAll(clients: Client[], atOnce: number): Promise<Opened> {
    const joins = newHistogram();
    const failures: string[] = [];
    let next = 0;
    const worker = async () => {
      for (let client = clients[next++]; client; client = clients[next++]) {
        try {
          record(joins, await client.open());
        } catch (err) {
          failures.push((err as Error).message);
        }
      }
    };
    await Promise.all(Array.from({ length: Math.min(atOnce, clients.length) }, worker));
    return { joins: encode(joins), failures: failures.slice(0, FAILURES_MAX) };
  }

  /**
   * Sends by the clock, whoever is behind: a message's time counts from when it was due, so that a server that stands
   * still is charged for all that waited (no coordinated omission).
   */
  #pace(senders: Client[], perSecond: number): void {
    const period = 1_000_000 / perSecond;
    let due = nowMicros() + period;
    let turn = 0;
    this.#ticker = setInterval(() => {
      for (const now = nowMicros(); due <= now && senders.length > 0; due += period)
        (senders[turn++ % senders.length] as Client).sendNext(TEXT, now - due <= TIMER_MICROS ? nowMicros() : Math.round(due));
    }, 1);
  }

  async #quiet(reached: () => boolean): Promise<void> {
    let seen = -1;
    for (let since = performance.now(); !reached(); ) {
      const { acked, delivered } = this.#records;
      if (acked + delivered !== seen) since = performance.now();
      if (performance.now() - since > QUIET_MS) return;
      seen = acked + delivered;
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  #failed(reason: string): void {
    if (this.#failures.length < FAILURES_MAX) this.#failures.push(reason);
  }
}
