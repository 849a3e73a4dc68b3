import { numberAt, roomAt, SENDERS_MAX, senderAt } from './stamp.js';

/** What may be wrong with what one client received. */
export interface Faults {
  /** Messages that never came. */
  loss: number;
  /** Messages that came twice. */
  double: number;
  /** Messages that came after a later one of the same sender. */
  order: number;
  /** Holes and repetitions where history and live messages meet, or in the room's own numbers. */
  seam: number;
  /** Messages of another room. */
  stray: number;
}

export const noFaults = (): Faults => ({ loss: 0, double: 0, order: 0, seam: 0, stray: 0 });

export function addFaults(to: Faults, more: Faults): Faults {
  for (const kind of Object.keys(to) as (keyof Faults)[]) to[kind] += more[kind];
  return to;
}

interface Sender {
  /** The newest number that the client's history held; everything above it must come live. */
  base: number;
  /** The newest that came. */
  last: number;
  count: number;
  /** Numbers above the next one expected that came already. */
  early: Set<number>;
}

/** Checks what one client receives: each message of each sender above what its history held, once, in order. */
export class Ledger {
  readonly #room: number;
  readonly #senders: (Sender | undefined)[] = new Array<Sender | undefined>(SENDERS_MAX).fill(undefined);
  readonly #faults = noFaults();
  #nextRev: number | undefined;
  /** Whether nothing came since the client joined with a history that was looked at. */
  #joining = false;

  constructor(room: number) {
    this.#room = room;
  }

  /** The client joined: `lastRev` its room's newest rev where the system has one; `seam`: `history` tells what it was sent. */
  joined(lastRev: number | undefined, seam: boolean): void {
    this.#joining = seam;
    this.#nextRev = lastRev === undefined ? undefined : lastRev + 1;
  }

  /** The history of the join held this sender's messages up to `n`. */
  history(sender: number, n: number): void {
    const known = this.#sender(sender);
    if (n <= known.last) return;
    known.base = n;
    known.last = n;
    known.count = 0;
  }

  /** A message came. @param rev its rev, or 0 where the system has none */
  delivered(bytes: Buffer, at: number, rev: number): void {
    if (roomAt(bytes, at) !== this.#room) {
      this.#faults.stray++;
      return;
    }
    const n = numberAt(bytes, at);
    const sender = this.#sender(senderAt(bytes, at));
    const follows = n === sender.last + 1;
    if (this.#joining && !follows) this.#faults.seam++;
    this.#joining = false;
    this.#checkRev(rev);
    if (follows && sender.early.size === 0) {
      sender.last = n;
      sender.count++;
    } else this.#irregular(sender, n);
  }

  /** @param sent how many messages each sender of the room has sent */
  verdict(sent: readonly number[]): Faults {
    const faults = { ...this.#faults };
    sent.forEach((total: number | undefined, index) => {
      const { base, count } = this.#senders[index] ?? { base: 0, count: 0 };
      if (total !== undefined) faults.loss += Math.max(0, total - base - count);
    });
    return faults;
  }

  /** Nothing here edits a message, so no rev may be missing: not after the join either. */
  #checkRev(rev: number): void {
    if (this.#nextRev === undefined) return;
    if (rev > this.#nextRev) this.#faults.seam++;
    else if (rev < this.#nextRev) this.#faults.order++;
    this.#nextRev = rev + 1;
  }

  /** `last` stays the newest below which all have come. */
  #irregular(sender: Sender, n: number): void {
    if (n <= sender.last || sender.early.has(n)) {
      this.#faults.double++;
      return;
    }
    if (n === sender.last + 1) this.#faults.order++;
    sender.count++;
    sender.early.add(n);
    while (sender.early.delete(sender.last + 1)) sender.last++;
  }

  #sender(index: number): Sender {
    const known = this.#senders[index];
    if (known) return known;
    const fresh: Sender = { base: 0, last: 0, count: 0, early: new Set() };
    this.#senders[index] = fresh;
    return fresh;
  }
}
