import { readHead, type RecentHit, readRecent } from '@brook/common/cache';
import { type CatchUp, type History, LIMITS, type Message, type ResumeAnswer } from '@brook/common/contracts';
import type { InternalClient } from '@brook/common/http';
import type { Logger } from '@brook/common/logging';
import type { RedisClient, RedisGeneration } from '@brook/common/redis';
import { CatchUps, changesAbove, extend, type RoomCatchUp } from './catch-ups.js';
import { KeptAnswers } from './kept-answers.js';
import { PreparedAnswer, type RoomHistory } from './prepared-answer.js';
import { SharedReads } from './shared-reads.js';

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
  readonly #reads = new SharedReads<PreparedAnswer>();
  readonly #kept = new KeptAnswers();
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
  read(roomId: string, since: number | undefined): Promise<PreparedAnswer> {
    return this.#reads.read(`${roomId} ${since ?? ''}`, async () => {
      if (since === undefined) return this.#newest(roomId);
      const cached = await this.#cached(roomId, since);
      return cached ? new PreparedAnswer(cached) : this.#catchUp(roomId, since);
    });
  }

  /** The same, past the cache. @throws AppError `unavailable`, `timeout` */
  async fromDatabase(roomId: string, since: number | undefined): Promise<PreparedAnswer> {
    if (since === undefined) return new PreparedAnswer(fromSnapshot(await this.#snapshot(roomId)));
    const answer = await this.changes(roomId, since);
    const messages = answer.messages.map((message) => JSON.stringify(message));
    return new PreparedAnswer({ ...answer, messages, source: 'database' });
  }

  /** What is known of the room may be of a life of the database that was lost. */
  forget(roomId: string): void {
    this.#kept.forget(roomId);
  }

  /** Messages changed after `since`, by rev, as the database has them. @throws AppError `unavailable`, `timeout` */
  changes(roomId: string, since: number): Promise<ResumeAnswer> {
    return this.#options.messages.request<ResumeAnswer>(`/rooms/${roomId}/changes`, { query: { since } });
  }

  /** For a cursor that the cache does not reach back to: with one question for all who come back at once. */
  async #catchUp(roomId: string, since: number): Promise<PreparedAnswer> {
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

  async #above(roomId: string, catchUp: RoomCatchUp, since: number): Promise<PreparedAnswer | undefined> {
    const changes = changesAbove(catchUp, since);
    if (changes === undefined) return undefined;
    if (changes === 'snapshot') return this.#newest(roomId);
    const { lastSeq, lastRev } = catchUp;
    const messages = changes.map(({ json }) => json);
    return new PreparedAnswer({ mode: 'resume', messages, lastSeq, lastRev, source: 'database' });
  }

  async #newest(roomId: string): Promise<PreparedAnswer> {
    return (await this.#newestCached(roomId)) ?? new PreparedAnswer(fromSnapshot(await this.#snapshot(roomId)));
  }

  #snapshot(roomId: string): Promise<History> {
    return this.#snapshots.read(roomId, () => this.#options.messages.request<History>(`/rooms/${roomId}/snapshot`));
  }

  /** The newest messages; those of the last answer where the head says that nothing has changed since. */
  #newestCached(roomId: string): Promise<PreparedAnswer | undefined> {
    return this.#fromCache(async (redis, partition, generation) => {
      const kept = this.#kept.get(roomId, generation);
      if (kept && (await readHead(redis, partition, roomId, generation))?.lastRev === kept.lastRev) return kept;
      const hit = await readRecent(redis, partition, roomId, generation);
      const answer = hit && new PreparedAnswer(fromHit(hit));
      if (answer) this.#kept.keep(roomId, generation, answer);
      return answer;
    }, roomId);
  }

  #cached(roomId: string, since: number): Promise<RoomHistory | undefined> {
    return this.#fromCache(async (redis, partition, generation) => {
      const head = await readHead(redis, partition, roomId, generation);
      // Most who come back after a moment have missed nothing: the list need not be read for that.
      if (head?.lastRev === since) return { ...head, mode: 'resume', messages: [], source: 'cache' };
      const hit = head && (await readRecent(redis, partition, roomId, generation, { since }));
      return hit && fromHit(hit);
    }, roomId);
  }

  /** Undefined after a miss (which `read` tells by null), and where the cache cannot be asked. */
  async #fromCache<T>(
    read: (redis: RedisClient, partition: number, generation: string) => Promise<T | null>,
    roomId: string,
  ): Promise<T | undefined> {
    const { redis, generation, partitionOf, onCacheRead, logger } = this.#options;
    try {
      const hit = await read(redis, partitionOf(roomId), await generation.current());
      onCacheRead?.(hit ? 'hit' : 'miss');
      return hit ?? undefined;
    } catch (err) {
      onCacheRead?.('error');
      logger.warn({ err }, 'the recent cache cannot be read: asking the messages service');
      return undefined;
    }
  }
}

const fromHit = ({ messages, ...hit }: RecentHit): RoomHistory => ({ ...hit, messages: messages.reverse(), source: 'cache' });

const fromSnapshot = ({ items, lastSeq, lastRev }: History): RoomHistory => ({
  mode: 'snapshot',
  messages: items.map((message: Message) => JSON.stringify(message)),
  lastSeq,
  lastRev,
  source: 'database',
});
