import type { Message } from '@brook/common/contracts';
import { type Backoff, fullJitter } from '../backoff.js';
import type { BrookError } from '../errors.js';
import type { StoredSend } from '../storage/storage.js';

/** A message of one's own between pressing send and seeing it in the room. */
export interface OutboxEntry {
  readonly clientId: string;
  readonly roomId: string;
  readonly text: string;
  readonly replyTo: number | null;
  readonly createdAt: string;
  /** `sending`: until the server has stored it. `sent`: stored, its event is still on its way. `failed`: refused for good. */
  readonly state: 'sending' | 'sent' | 'failed';
  /** Why it failed. */
  readonly error?: BrookError;
  /** The stored message, of a `sent` entry. */
  readonly message?: Message;
}

interface Item {
  send: StoredSend;
  entry: OutboxEntry;
  /** `new`: not in the storage yet. `waiting`: may be sent. `flying`: sent, not answered. `done`: sent or failed. */
  step: 'new' | 'waiting' | 'flying' | 'done';
}

const WINDOW = 16;
const RETRY: Backoff = { baseMs: 250, capMs: 10_000 };

/**
 * The sends of one room, strictly in their order. Up to `WINDOW` fly at once; after a refusal that a retry may heal
 * nothing more is sent until every flying one is answered and the wait is over, then from the first unanswered one on,
 * one at first. A send that is refused for good steps aside and the others go on. Pure: time is passed in.
 */
export class RoomQueue {
  readonly #random: () => number;
  #items: Item[] = [];
  #window = WINDOW;
  #attempt = 0;
  #heldUntil = 0;
  #refused = false;

  constructor(random: () => number = Math.random) {
    this.#random = random;
  }

  get entries(): readonly OutboxEntry[] {
    return this.#items.map((item) => item.entry);
  }

  get empty(): boolean {
    return this.#items.length === 0;
  }

  /** Time, on the caller's clock, before which nothing is to be sent. */
  get heldUntil(): number {
    return this.#heldUntil;
  }

  has(clientId: string): boolean {
    return this.#find(clientId) !== undefined;
  }

  /** Puts a send in its place by `order`. `stored` false: it waits for `stored()`, and so do those behind it. */
  add(send: StoredSend, entry: OutboxEntry, stored: boolean): void {
    const before = this.#items.at(-1)?.send.order ?? 0;
    this.#items.push({ send, entry, step: send.failed ? 'done' : stored ? 'waiting' : 'new' });
    if (before > send.order) this.#items.sort((a, b) => a.send.order - b.send.order);
  }

  /** The send is in the storage and may leave. */
  stored(clientId: string): void {
    const item = this.#find(clientId);
    if (item?.step === 'new') item.step = 'waiting';
  }

  /** What to send now, in order; each is flying from here on. */
  take(now: number): StoredSend[] {
    let flying = this.#items.filter((item) => item.step === 'flying').length;
    if (this.#refused && flying > 0) return [];
    if (now < this.#heldUntil) return [];
    this.#refused = false;
    const taken: StoredSend[] = [];
    for (const item of this.#items) {
      if (item.step === 'new' || flying >= this.#window) break;
      if (item.step !== 'waiting') continue;
      item.step = 'flying';
      flying++;
      taken.push(item.send);
    }
    return taken;
  }

  /** Stored by the server. `keep` shows it as `sent` until its event arrives. */
  acked(clientId: string, message: Message, keep: boolean): void {
    const item = this.#find(clientId);
    if (!item) return;
    this.#attempt = 0;
    this.#window = Math.min(WINDOW, this.#window + 1);
    if (!keep) return this.remove(clientId);
    item.step = 'done';
    const { error: _, ...entry } = item.entry;
    item.entry = { ...entry, state: 'sent', message };
  }

  /**
   * Not stored, but worth another try. True when this was the first in line and the server wanted another one before
   * it: client and server disagree about the order, which a new connection clears up.
   */
  postponed(clientId: string, error: BrookError, now: number): boolean {
    const item = this.#find(clientId);
    if (item?.step !== 'flying') return false;
    item.step = 'waiting';
    if (error.code === 'disconnected') {
      this.#refused = false;
      this.#heldUntil = 0;
      return false;
    }
    const first = this.#items.find((other) => other.step === 'waiting' || other.step === 'flying') === item;
    if (error.code === 'retry_order' && !first) return false;
    this.#refused = true;
    this.#window = 1;
    this.#heldUntil = now + (error.retryAfterMs ?? 0) + fullJitter(this.#attempt++, RETRY, this.#random);
    return error.code === 'retry_order';
  }

  /** Refused for good. Returns what the storage is to keep. */
  failed(clientId: string, error: BrookError): StoredSend | null {
    const item = this.#find(clientId);
    if (!item) return null;
    item.step = 'done';
    item.send = { ...item.send, failed: error.code };
    item.entry = { ...item.entry, state: 'failed', error };
    return item.send;
  }

  /** Puts a failed send at the end of the line, under the same clientId. Returns what the storage is to keep. */
  again(clientId: string, order: number): StoredSend | null {
    const item = this.#find(clientId);
    if (item?.entry.state !== 'failed') return null;
    this.remove(clientId);
    const { error: _, ...entry } = item.entry;
    const send = { ...item.send, failed: null, order };
    this.add(send, { ...entry, state: 'sending' }, false);
    return send;
  }

  remove(clientId: string): void {
    this.#items = this.#items.filter((item) => item.send.clientId !== clientId);
  }

  #find(clientId: string): Item | undefined {
    return this.#items.find((item) => item.send.clientId === clientId);
  }
}
