import type { Message } from '@brook/common/contracts';

/** The messages of a conversation that are known here, and how far the visitor has read. */
export class MessageStore {
  readonly #messages = new Map<number, Message>();
  /** Newest change that is known; undefined before the first. */
  rev: number | undefined;
  #read = 0;

  /** Takes messages, new or changed. @returns the newest seq that somebody else than `userId` wrote, 0 without one */
  take(messages: readonly Message[], userId: string | null): number {
    let foreign = 0;
    for (const message of messages) {
      this.#messages.set(message.seq, message);
      if (message.sender.id === userId) this.readUpTo(message.seq);
      else foreign = Math.max(foreign, message.seq);
    }
    return foreign;
  }

  /** The visitor has read up to here; never back. */
  readUpTo(seq: number): void {
    this.#read = Math.max(this.#read, seq);
  }

  /** By seq. */
  all(): Message[] {
    return [...this.#messages.values()].sort((a, b) => a.seq - b.seq);
  }

  unread(userId: string | null): number {
    return this.all().filter(({ seq, sender }) => seq > this.#read && sender.id !== userId).length;
  }

  get newest(): number {
    return Math.max(0, ...this.#messages.keys());
  }

  /** Drops the messages: a snapshot takes their place. */
  drop(): void {
    this.#messages.clear();
  }

  /** Forgets the conversation. */
  reset(): void {
    this.drop();
    this.rev = undefined;
    this.#read = 0;
  }
}
