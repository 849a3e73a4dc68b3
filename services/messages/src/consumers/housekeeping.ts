import { keys, partitionOf } from '@brook/common/contracts';
import type { Logger } from '@brook/common/logging';
import type { RedisClient } from '@brook/common/redis';
import { scrubStream } from '@brook/common/streams';
import type { Prisma } from '../repositories/prisma.js';
import { forgetOldResults, markPurged, purgeRoom, unpurgedRooms } from '../repositories/purge.js';

const PURGE_MS = 5_000;
const RESULTS_MS = 10 * 60_000;

export interface HousekeepingOptions {
  prisma: Prisma;
  redis: RedisClient;
  partitions: number;
  logger: Logger;
}

/** What must be cleared away from time to time: the messages of deleted rooms, results of old commands. */
export class Housekeeping {
  readonly #options: HousekeepingOptions;
  readonly #timers: NodeJS.Timeout[] = [];
  #purging: Promise<void> = Promise.resolve();

  constructor(options: HousekeepingOptions) {
    this.#options = options;
  }

  start(): void {
    this.#every(PURGE_MS, () => this.purge());
    this.#every(RESULTS_MS, () => forgetOldResults(this.#options.prisma));
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#purging;
  }

  /**
   * Purges every closed room that still has something here; runs one at a time. A room's messages go at once; a second
   * time some seconds later, with what its last readers and writers left behind and with its events.
   */
  purge(): Promise<void> {
    this.#purging = this.#purging.then(async () => {
      try {
        const rooms = await unpurgedRooms(this.#options.prisma);
        for (const { roomId } of rooms) await this.#purgeOne(roomId);
        await this.#finish(rooms.filter(({ settled }) => settled).map(({ roomId }) => roomId));
      } catch (err) {
        this.#options.logger.warn({ err }, 'could not purge deleted rooms');
      }
    });
    return this.#purging;
  }

  async #purgeOne(roomId: string): Promise<void> {
    await purgeRoom(this.#options.prisma, roomId);
    const partition = partitionOf(roomId, this.#options.partitions);
    await this.#options.redis.del(
      keys.roomHead(partition, roomId),
      keys.recent(partition, roomId),
      keys.recentMeta(partition, roomId),
    );
  }

  async #finish(roomIds: string[]): Promise<void> {
    const { prisma, redis, partitions, logger } = this.#options;
    if (roomIds.length === 0) return;
    for (const partition of new Set(roomIds.map((id) => partitionOf(id, partitions)))) {
      const own = roomIds.filter((id) => partitionOf(id, partitions) === partition);
      await scrubStream(redis, keys.events('messages', partition), own);
      await scrubStream(redis, keys.deadLetters('messages', partition), own);
    }
    await markPurged(prisma, roomIds);
    logger.info({ roomIds }, 'deleted rooms purged');
  }

  #every(ms: number, work: () => Promise<void>): void {
    const run = () => void work().catch((err: unknown) => this.#options.logger.warn({ err }, 'housekeeping failed'));
    this.#timers.push(setInterval(run, ms));
  }
}
