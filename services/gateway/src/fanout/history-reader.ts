import { readRecent } from '@brook/common/cache';
import type { History, Message, MessageHead, ResumeAnswer } from '@brook/common/contracts';
import type { InternalClient } from '@brook/common/http';
import type { Logger } from '@brook/common/logging';
import type { RedisClient, RedisGeneration } from '@brook/common/redis';
import { SharedReads } from './shared-reads.js';

/** What a subscription is answered with. */
export interface RoomHistory extends MessageHead {
  mode: 'snapshot' | 'resume';
  /** The messages as JSON, each; a snapshot in ascending seq. */
  messages: string[];
  source: 'cache' | 'database';
}

export interface HistoryReaderOptions {
  /** Of role `commands`. */
  redis: RedisClient;
  generation: Pick<RedisGeneration, 'current'>;
  /** The messages service. */
  messages: Pick<InternalClient, 'request'>;
  partitionOf: (roomId: string) => number;
  logger: Logger;
}

/**
 * Reads what a subscriber is to be answered with: from the recent cache where that is complete, else from the messages
 * service, which warms the cache. However many ask at once, a room costs one read at a time.
 */
export class HistoryReader {
  readonly #options: HistoryReaderOptions;
  readonly #reads = new SharedReads<RoomHistory>();
  readonly #snapshots = new SharedReads<History>();
  readonly #warmings = new SharedReads<void>();

  constructor(options: HistoryReaderOptions) {
    this.#options = options;
  }

  /**
   * Everything changed after `since`, or the newest messages; as new as the moment of the call.
   * @throws AppError `unavailable`, `timeout` when neither the cache nor the messages service answers
   */
  read(roomId: string, since: number | undefined): Promise<RoomHistory> {
    return this.#reads.read(`${roomId} ${since ?? ''}`, async () => {
      const cached = await this.#cached(roomId, since);
      if (cached) return cached;
      if (since === undefined) return fromSnapshot(await this.#snapshot(roomId));
      if (cached === undefined) return this.fromDatabase(roomId, since);
      await this.#warm(roomId);
      const warmed = await this.#cached(roomId, since);
      return warmed ? { ...warmed, source: 'database' } : this.fromDatabase(roomId, since);
    });
  }

  /** The same, past the cache. @throws AppError `unavailable`, `timeout` */
  async fromDatabase(roomId: string, since: number | undefined): Promise<RoomHistory> {
    if (since === undefined) return fromSnapshot(await this.#snapshot(roomId));
    const answer = await this.changes(roomId, since);
    return { ...answer, messages: answer.messages.map((message) => JSON.stringify(message)), source: 'database' };
  }

  /** Messages changed after `since`, by rev, as the database has them. @throws AppError `unavailable`, `timeout` */
  changes(roomId: string, since: number): Promise<ResumeAnswer> {
    return this.#options.messages.request<ResumeAnswer>(`/rooms/${roomId}/changes`, { query: { since } });
  }

  /**
   * Asks for a snapshot, which fills the cache: most of those who come back at once, each with a `since` of their own, can
   * be answered from it. Whoever waited for another's question finds the cache filled and asks nothing.
   */
  #warm(roomId: string): Promise<void> {
    return this.#warmings.read(roomId, async () => {
      if (!(await this.#cached(roomId, undefined))) await this.#snapshot(roomId);
    });
  }

  #snapshot(roomId: string): Promise<History> {
    return this.#snapshots.read(roomId, () => this.#options.messages.request<History>(`/rooms/${roomId}/snapshot`));
  }

  /** Null: a miss. Undefined: the cache cannot be asked. */
  async #cached(roomId: string, since: number | undefined): Promise<RoomHistory | null | undefined> {
    const { redis, generation, partitionOf, logger } = this.#options;
    try {
      const hit = await readRecent(redis, partitionOf(roomId), roomId, await generation.current(), { since });
      return hit && { ...hit, messages: hit.messages.reverse(), source: 'cache' };
    } catch (err) {
      logger.warn({ err }, 'the recent cache cannot be read: asking the messages service');
      return undefined;
    }
  }
}

const fromSnapshot = ({ items, lastSeq, lastRev }: History): RoomHistory => ({
  mode: 'snapshot',
  messages: items.map((message: Message) => JSON.stringify(message)),
  lastSeq,
  lastRev,
  source: 'database',
});
