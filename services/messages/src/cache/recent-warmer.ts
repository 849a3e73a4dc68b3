import { warmRecent } from '@brook/common/cache';
import { LIMITS, type MessageHead, partitionOf } from '@brook/common/contracts';
import type { Logger } from '@brook/common/logging';
import type { RedisClient, RedisGeneration } from '@brook/common/redis';
import { readRecentSnapshot } from '../repositories/history.js';
import type { Prisma } from '../repositories/prisma.js';

/** The newest messages of a room, newest first. */
type Snapshot = MessageHead & { floorRev: number; messages: { rev: number; json: string }[] };

export interface RecentWarmerOptions {
  prisma: Prisma;
  redis: RedisClient;
  generation: RedisGeneration;
  partitions: number;
  logger: Logger;
  onWarmed?: (stored: boolean) => void;
}

/** Reads rooms' newest messages from the database and leaves them in the recent cache on the way. */
export class RecentWarmer {
  readonly #options: RecentWarmerOptions;
  readonly #flights = new Map<string, Promise<Snapshot>>();

  constructor(options: RecentWarmerOptions) {
    this.#options = options;
  }

  /**
   * The room's newest messages; the cache is warm when this resolves, unless Redis fails, which costs only the cache.
   * A thousand callers at once share one query, provided it began after the call that needs it: a flight that has
   * already read the database is not joined.
   */
  snapshot(roomId: string): Promise<Snapshot> {
    const boarding = this.#flights.get(roomId);
    if (boarding) return boarding;
    const flight = this.#fly(roomId);
    this.#flights.set(roomId, flight);
    return flight;
  }

  async #fly(roomId: string): Promise<Snapshot> {
    // Callers of this tick and of the queue for a connection board; then the doors close and the query goes.
    await new Promise((resolve) => setImmediate(resolve));
    this.#flights.delete(roomId);
    const snapshot = await readRecentSnapshot(this.#options.prisma, roomId, LIMITS.snapshotMessages);
    // Without Redis there is nothing to warm, and nobody should wait for it.
    if (this.#options.redis.status !== 'ready') return snapshot;
    try {
      const { redis, generation, partitions } = this.#options;
      const stored = await warmRecent(redis, partitionOf(roomId, partitions), roomId, await generation.current(), snapshot);
      this.#options.onWarmed?.(stored);
    } catch (err) {
      this.#options.logger.warn({ err, roomId }, 'could not warm the recent cache');
    }
    return snapshot;
  }
}
