import { LRUCache } from 'lru-cache';
import type { PreparedAnswer } from './prepared-answer.js';

interface Kept {
  /** The life of Redis and of the database that it was read in. */
  generation: string;
  answer: PreparedAnswer;
}

const KEPT_BYTES = 32 * 1024 * 1024;
/** Of an entry, beside its messages: its objects, and the id it was answered under last. */
const OVERHEAD = 1_000;
/** Rooms that nobody joins any more give their memory back to those that are joined; no answer is older than this. */
const KEPT_MS = 60_000;

/**
 * Snapshots of rooms as they were answered last. One may be answered again as long as the room's head, read after the
 * question, is of the same life and at the same rev: then nothing has changed since.
 */
export class KeptAnswers {
  readonly #kept = new LRUCache<string, Kept>({
    ttl: KEPT_MS,
    maxSize: KEPT_BYTES,
    sizeCalculation: ({ answer }) => answer.bytes + OVERHEAD,
  });

  /** The room's last snapshot, if it is of this life. It may have been overtaken since. */
  get(roomId: string, generation: string): PreparedAnswer | undefined {
    const kept = this.#kept.get(roomId);
    return kept?.generation === generation ? kept.answer : undefined;
  }

  keep(roomId: string, generation: string, answer: PreparedAnswer): void {
    this.#kept.set(roomId, { generation, answer });
  }

  forget(roomId: string): void {
    this.#kept.delete(roomId);
  }
}
