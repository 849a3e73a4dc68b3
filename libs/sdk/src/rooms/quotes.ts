import type { Message } from '@brook/common/contracts';
import type { RoomsApi } from '../rest/rooms-api.js';
import { KnownMessages } from './known-messages.js';

export interface QuotesOptions {
  roomId: string;
  rooms: Pick<RoomsApi, 'history'>;
  /** A quoted message is there, or is another now. */
  changed: () => void;
}

/**
 * Messages that others answer and that are not in the log: fetched when they are first asked for, kept true by the same
 * changes as the log. A quote is never stored with its answer, so that an edit or a deletion reaches it.
 */
export class Quotes {
  readonly #options: QuotesOptions;
  readonly #known = new KnownMessages();
  readonly #asked = new Set<number>();
  readonly #lost = new Set<number>();

  constructor(options: QuotesOptions) {
    this.#options = options;
  }

  /** The message; undefined while it is being fetched; null where it cannot be had now. */
  get(seq: number): Message | null | undefined {
    const known = this.#known.get(seq);
    if (known) return known;
    if (this.#lost.has(seq)) return null;
    if (!this.#asked.has(seq)) void this.#fetch(seq);
    return undefined;
  }

  /** A message has arrived in a newer state. */
  changed(message: Message): void {
    if ((this.#asked.has(message.seq) || this.#known.has(message.seq)) && this.#known.take(message)) this.#options.changed();
  }

  /** Changes may have been missed: what was fetched is asked for again when it is next looked at. */
  forget(): void {
    this.#known.clear();
    this.#lost.clear();
  }

  async #fetch(seq: number): Promise<void> {
    this.#asked.add(seq);
    try {
      const { items } = await this.#options.rooms.history(this.#options.roomId, { around: seq, limit: 1 });
      const found = items.find((message) => message.seq === seq);
      if (found) this.#known.take(found);
      else this.#lost.add(seq);
    } catch {
      // Shown as absent; the next snapshot or reconnect asks again.
      this.#lost.add(seq);
    } finally {
      this.#asked.delete(seq);
    }
    this.#options.changed();
  }
}
