import type { Message } from '@brook/common/contracts';
import { fullJitter, newId } from '@brook/sdk/core';
import { Refusal } from './session';
import type { Timers } from './timers';
import type { Pending } from './view';

const RETRY = { baseMs: 1_000, capMs: 15_000 };

export interface DeliveriesOptions {
  timers: Timers;
  /** Sends one message. @throws Refusal */
  deliver(pending: Pending): Promise<Message>;
  delivered(message: Message): void;
  /** It was refused for good, or cannot be sent now. */
  refused(refusal: Refusal): void;
  changed(): void;
}

/** One's own messages on their way: one at a time, so that they keep their order, and again until each is stored or refused. */
export class Deliveries {
  readonly #options: DeliveriesOptions;
  #pending: readonly Pending[] = [];
  #sending = false;

  constructor(options: DeliveriesOptions) {
    this.#options = options;
  }

  get pending(): readonly Pending[] {
    return this.#pending;
  }

  add(text: string): void {
    this.#pending = [...this.#pending, { clientId: newId(), text, failed: false }];
    this.#options.changed();
    void this.flush();
  }

  /** Sends once more what was refused. */
  retry(clientId: string): void {
    this.#pending = this.#pending.map((each) => (each.clientId === clientId ? { ...each, failed: false } : each));
    this.#options.changed();
    void this.flush();
  }

  /** These are stored. */
  seen(messages: readonly Message[]): void {
    const stored = new Set(messages.map(({ clientId }) => clientId));
    this.#pending = this.#pending.filter(({ clientId }) => !stored.has(clientId));
  }

  /** Sends what waits. */
  async flush(attempt = 0): Promise<void> {
    const next = this.#pending.find(({ failed }) => !failed);
    if (this.#sending || !next) return;
    this.#sending = true;
    const waitMs = await this.#send(next, attempt);
    this.#sending = false;
    this.#options.changed();
    if (waitMs === 0) void this.flush();
    else this.#options.timers.after(waitMs, () => void this.flush(attempt + 1));
  }

  /** @returns milliseconds to wait before the next attempt, 0 when this one is done with */
  async #send(next: Pending, attempt: number): Promise<number> {
    const { deliver, delivered, refused } = this.#options;
    try {
      delivered(await deliver(next));
      return 0;
    } catch (err) {
      const refusal = err instanceof Refusal ? err : new Refusal(0, 'internal');
      refused(refusal);
      if (refusal.passing) return Math.max(refusal.retryAfterMs, fullJitter(attempt, RETRY) + 500);
      this.#pending = this.#pending.map((each) => (each === next ? { ...each, failed: true } : each));
      return 0;
    }
  }
}
