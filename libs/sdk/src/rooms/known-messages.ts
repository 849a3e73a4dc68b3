import type { Message } from '@brook/common/contracts';

/** Messages by seq, each in its newest state: replays and changes that come out of order do no harm. */
export class KnownMessages {
  readonly #bySeq = new Map<number, Message>();

  get(seq: number): Message | undefined {
    return this.#bySeq.get(seq);
  }

  has(seq: number): boolean {
    return this.#bySeq.has(seq);
  }

  /** Keeps the message where it is newer than what is known. @returns whether it was */
  take(message: Message): boolean {
    const known = this.#bySeq.get(message.seq);
    if (known && known.rev >= message.rev) return false;
    this.#bySeq.set(message.seq, message);
    return true;
  }

  /** Forgets what is not between the two, both inclusive. */
  keepOnly(from: number, to: number): void {
    for (const seq of this.#bySeq.keys()) if (seq < from || seq > to) this.#bySeq.delete(seq);
  }

  clear(): void {
    this.#bySeq.clear();
  }
}
