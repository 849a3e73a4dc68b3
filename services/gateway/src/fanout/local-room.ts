import type { CloseReason } from '@brook/common/contracts';
import { type LineHealth, RoomLine } from './room-line.js';

/** Where a subscription's frames go. Writing never blocks, never throws and never calls back into the room. */
export interface Subscriber {
  /** Person behind the connection. */
  readonly userId: string;
  write(frame: Buffer): void;
  /** Writes an answer, which may be large. */
  answer(frame: Buffer): void;
  close(reason: CloseReason): void;
}

/**
 * One connection's place in one room.
 *   pending  registered, its answer is being read; events are kept, nothing is written
 *   live     answered; gets every change above `fromRev`
 *   ended    unsubscribed, cancelled or closed; never written to again
 */
export interface Subscription {
  readonly subscriber: Subscriber;
  phase: 'pending' | 'live' | 'ended';
  /** Newest rev that the client has, by its answer. */
  fromRev: number;
}

/** How an attempt to answer a subscription ended; `stale`: read the history again. */
export type Settled = 'live' | 'stale' | 'ended';

/**
 * A room with subscribers on this gateway: register -> answer -> live, and every change once, in rising rev, to each
 * subscriber. Synchronous and without clocks; reading histories and filling holes is the registry's.
 */
export class LocalRoom {
  readonly id: string;
  /** Members of the room, as last heard; 0 while unknown. */
  memberCount = 0;
  readonly #line = new RoomLine<Buffer>();
  readonly #pending = new Set<Subscription>();
  /** An array, so that the delivery loop allocates nothing. */
  readonly #live: Subscription[] = [];

  constructor(id: string) {
    this.id = id;
  }

  get position(): number | undefined {
    return this.#line.position;
  }

  get health(): LineHealth {
    return this.#line.health;
  }

  get empty(): boolean {
    return this.#live.length === 0 && this.#pending.size === 0;
  }

  /** Subscriptions that have been answered. */
  get live(): readonly Subscription[] {
    return this.#live;
  }

  /** Every subscription, also those whose answer is being read. */
  all(): Subscription[] {
    return [...this.#live, ...this.#pending];
  }

  /** From here on nothing that happens in the room is missed. Check rights and read the history after this. */
  register(subscriber: Subscriber): Subscription {
    const subscription: Subscription = { subscriber, phase: 'pending', fromRev: 0 };
    this.#pending.add(subscription);
    this.#line.keeping = true;
    return subscription;
  }

  /** A live subscription asks again: it is quiet until its new answer. */
  reopen(subscription: Subscription): void {
    if (subscription.phase !== 'live') return;
    this.#removeLive(subscription);
    subscription.fromRev = Math.max(subscription.fromRev, this.#line.position ?? 0);
    subscription.phase = 'pending';
    this.#pending.add(subscription);
    this.#line.keeping = true;
  }

  /**
   * Answers a pending subscription with a history read up to `rev`: writes the answer, then what passed since. All in one
   * turn, so that no change falls between.
   */
  settle(subscription: Subscription, rev: number, answer: () => Buffer): Settled {
    if (subscription.phase !== 'pending') return 'ended';
    if (rev < subscription.fromRev) return 'stale';
    this.#deliver(this.#line.history(rev));
    const missed = this.#line.since(rev);
    if (missed === undefined) return 'stale';
    this.#pending.delete(subscription);
    subscription.phase = 'live';
    subscription.fromRev = rev;
    this.#live.push(subscription);
    subscription.subscriber.answer(answer());
    for (const { frame } of missed) subscription.subscriber.write(frame);
    this.#rest();
    return 'live';
  }

  /** Ends a subscription at once. */
  end(subscription: Subscription): void {
    if (subscription.phase === 'live') this.#removeLive(subscription);
    subscription.phase = 'ended';
    this.#pending.delete(subscription);
    this.#rest();
  }

  /** An event off the stream. @returns how many frames were written */
  event(rev: number, frame: Buffer): number {
    return this.#deliver(this.#line.event(rev, frame));
  }

  /** What the database says has changed, as of `rev`. @returns how many frames were written */
  changes(rev: number, changes: { rev: number; frame: Buffer }[]): number {
    return this.#deliver(this.#line.changes(rev, changes));
  }

  /** The room's newest rev as its owner says. */
  expect(rev: number): void {
    this.#line.expect(rev);
  }

  /** The line cannot be continued. @returns the live subscriptions, now ended: their sockets must resync */
  reset(): Subscription[] {
    this.#line.reset();
    const cut = this.#live.splice(0);
    for (const subscription of cut) subscription.phase = 'ended';
    for (const subscription of this.#pending) subscription.fromRev = 0;
    return cut;
  }

  /** Writes a frame without a rev to every live subscriber but those of `except`. */
  announce(frame: Buffer, except?: string): number {
    let written = 0;
    for (let i = 0; i < this.#live.length; i++) {
      const { subscriber } = this.#live[i] as Subscription;
      if (subscriber.userId === except) continue;
      subscriber.write(frame);
      written++;
    }
    return written;
  }

  #deliver(changes: { rev: number; frame: Buffer }[]): number {
    let written = 0;
    for (const { rev, frame } of changes) {
      for (let i = 0; i < this.#live.length; i++) {
        const subscription = this.#live[i] as Subscription;
        if (rev <= subscription.fromRev) continue;
        subscription.subscriber.write(frame);
        written++;
      }
    }
    return written;
  }

  #removeLive(subscription: Subscription): void {
    const at = this.#live.indexOf(subscription);
    const last = this.#live.pop();
    if (last && last !== subscription) this.#live[at] = last;
  }

  #rest(): void {
    if (this.#pending.size === 0) this.#line.keeping = false;
  }
}
