import { readRecent } from '@brook/common/cache';
import { type CatchUp, type History, LIMITS, type Message, type MessageHead, type ResumeAnswer } from '@brook/common/contracts';
import type { InternalClient } from '@brook/common/http';
import type { Logger } from '@brook/common/logging';
import type { RedisClient, RedisGeneration } from '@brook/common/redis';
import { CatchUps, changesAbove, extend, type RoomCatchUp } from './catch-ups.js';
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
  generation: Pick<RedisGeneration, 'current' | 'known'>;
  /** The messages service. */
  messages: Pick<InternalClient, 'request'>;
  partitionOf: (roomId: string) => number;
  onCacheRead?: (result: 'hit' | 'miss' | 'error') => void;
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
  readonly #catchUps: CatchUps;

  constructor(options: HistoryReaderOptions) {
    this.#options = options;
    this.#catchUps = new CatchUps({
      ask: (roomId, since) => options.messages.request<CatchUp>(`/rooms/${roomId}/catch-up`, { query: { since } }),
      generation: () => options.generation.known,
    });
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
      return this.#catchUp(roomId, since);
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

  /** For a cursor that the cache does not reach back to: with one question for all who come back at once. */
  async #catchUp(roomId: string, since: number): Promise<RoomHistory> {
    await this.#catchUps.landed(roomId);
    const kept = await this.#keptUpToDate(roomId);
    const known = kept && (await this.#above(roomId, kept, since));
    if (known) return known;
    const asked = await this.#catchUps.board(roomId, since);
    // A cursor above the room's newest rev belongs to a life of the database that was lost.
    return (await this.#above(roomId, asked, since)) ?? this.#newest(roomId);
  }

  /** A kept catch-up and what the cache says has changed since: as new as any hit of the cache. */
  async #keptUpToDate(roomId: string): Promise<RoomCatchUp | undefined> {
    const kept = this.#catchUps.kept(roomId);
    const tail = kept && (await this.#cached(roomId, kept.lastRev));
    if (!kept || tail?.mode !== 'resume') return undefined;
    const messages = tail.messages.map((json) => {
      const { seq, rev } = JSON.parse(json) as Message;
      return { seq, rev, json };
    });
    return extend(kept, { ...tail, messages }, LIMITS.resumeChanges);
  }

  async #above(roomId: string, catchUp: RoomCatchUp, since: number): Promise<RoomHistory | undefined> {
    const changes = changesAbove(catchUp, since);
    if (changes === undefined) return undefined;
    if (changes === 'snapshot') return this.#newest(roomId);
    const { lastSeq, lastRev } = catchUp;
    return { mode: 'resume', messages: changes.map(({ json }) => json), lastSeq, lastRev, source: 'database' };
  }

  async #newest(roomId: string): Promise<RoomHistory> {
    return (await this.#cached(roomId, undefined)) ?? fromSnapshot(await this.#snapshot(roomId));
  }

  #snapshot(roomId: string): Promise<History> {
    return this.#snapshots.read(roomId, () => this.#options.messages.request<History>(`/rooms/${roomId}/snapshot`));
  }

  /** Null: a miss. Undefined: the cache cannot be asked. */
  async #cached(roomId: string, since: number | undefined): Promise<RoomHistory | null | undefined> {
    const { redis, generation, partitionOf, onCacheRead, logger } = this.#options;
    try {
      const hit = await readRecent(redis, partitionOf(roomId), roomId, await generation.current(), { since });
      onCacheRead?.(hit ? 'hit' : 'miss');
      return hit && { ...hit, messages: hit.messages.reverse(), source: 'cache' };
    } catch (err) {
      onCacheRead?.('error');
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
