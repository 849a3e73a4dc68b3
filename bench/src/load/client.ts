import type { Dialect } from './dialect.js';
import { Ledger } from './ledger.js';
import { RawSocket } from './raw-socket.js';
import { numberAt, nowMicros, roomAt, senderAt, stampOf, timeAt } from './stamp.js';

/** One connection of the load. */
export interface ClientSpec {
  /** Number of the room, for stamps. */
  room: number;
  /** The room as the system names it. */
  roomId: string;
  port: number;
  /** Place among the room's senders, or -1: it only listens. */
  sender: number;
  token?: string;
  /** Whether the times of its deliveries are recorded. */
  timed: boolean;
  /** Whether the history of its join is read, to check where it meets live messages. */
  seam?: boolean;
}

/** What a client records into. */
export interface Records {
  acked: number;
  delivered: number;
  /** Microseconds. */
  ack(micros: number): void;
  delivery(micros: number): void;
  failed(reason: string): void;
}

/** Send times are kept for this many messages in flight. */
const IN_FLIGHT_MAX = 4096;

export class Client {
  readonly spec: ClientSpec;
  readonly ledger: Ledger;
  /** Newest rev that is known, where the system has revs. */
  lastRev: number | undefined;
  /** Messages sent and acked so far. */
  sent = 0;
  done = 0;
  /** Called at every ack. */
  onAck: ((client: Client) => void) | undefined;
  readonly #dialect: Dialect;
  readonly #records: Records;
  readonly #sentAt: Float64Array | undefined;
  #socket: RawSocket | undefined;
  #opening: { begun: number; resolve: (micros: number) => void; reject: (err: Error) => void } | undefined;

  constructor(spec: ClientSpec, dialect: Dialect, records: Records) {
    this.spec = spec;
    this.ledger = new Ledger(spec.room);
    this.#dialect = dialect;
    this.#records = records;
    this.#sentAt = spec.sender < 0 ? undefined : new Float64Array(IN_FLIGHT_MAX);
  }

  /** Connects, signs in and joins, from the last rev that it knows. Resolves with how long that took, in microseconds. */
  open(): Promise<number> {
    const { path, protocol } = this.#dialect;
    return new Promise((resolve, reject) => {
      this.#opening = { begun: nowMicros(), resolve, reject };
      this.#socket = new RawSocket(
        { port: this.spec.port, path, protocol },
        {
          open: () => this.#dialect.opened(this),
          text: (bytes, start, end) => this.#dialect.text(this, bytes, start, end),
          ended: (reason) => this.failed(reason),
        },
      );
    });
  }

  /** Cuts the connection. */
  cut(): void {
    this.#socket?.cut();
  }

  write(text: string): void {
    this.#socket?.send(text);
  }

  /** Sends its next message. `at`: when it was due, in microseconds. */
  sendNext(text: string, at: number): void {
    const n = ++this.sent;
    (this.#sentAt as Float64Array)[n % IN_FLIGHT_MAX] = at;
    this.write(this.#dialect.message(this, stampOf(this.spec.room, this.spec.sender, n, at), n, text));
  }

  /** Joined. `stamps` reads those of the history. */
  ready(lastRev: number | undefined, stamps: () => string[]): void {
    this.lastRev = lastRev;
    this.ledger.joined(lastRev, this.spec.seam ?? false);
    if (this.spec.seam) this.#takeHistory(stamps());
    const opening = this.#opening;
    this.#opening = undefined;
    opening?.resolve(nowMicros() - opening.begun);
  }

  acked(n: number): void {
    this.done++;
    this.#records.acked++;
    this.#records.ack(nowMicros() - ((this.#sentAt as Float64Array)[n % IN_FLIGHT_MAX] as number));
    this.onAck?.(this);
  }

  delivered(bytes: Buffer, at: number, rev: number): void {
    this.#records.delivered++;
    this.ledger.delivered(bytes, at, rev);
    if (rev > 0) this.lastRev = rev;
    if (this.spec.timed) this.#records.delivery(nowMicros() - timeAt(bytes, at));
  }

  failed(reason: string): void {
    const opening = this.#opening;
    this.#opening = undefined;
    if (opening) opening.reject(new Error(reason));
    else this.#records.failed(reason);
  }

  #takeHistory(stamps: string[]): void {
    for (const stamp of stamps) {
      const bytes = Buffer.from(stamp, 'latin1');
      if (roomAt(bytes, 0) === this.spec.room) this.ledger.history(senderAt(bytes, 0), numberAt(bytes, 0));
    }
  }
}
