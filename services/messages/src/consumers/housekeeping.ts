import { keys, partitionOf } from '@brook/common/contracts';
import type { Logger } from '@brook/common/logging';
import type { RedisClient } from '@brook/common/redis';
import type { Prisma } from '../repositories/prisma.js';
import { forgetOldResults, purgeRoom, unpurgedRooms } from '../repositories/purge.js';

const PURGE_MS = 15_000;
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

  /** Purges every closed room whose messages are still there; runs one at a time. */
  purge(): Promise<void> {
    this.#purging = this.#purging.then(async () => {
      try {
        for (const roomId of await unpurgedRooms(this.#options.prisma)) await this.#purgeOne(roomId);
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
    this.#options.logger.info({ roomId }, 'deleted room purged');
  }

  #every(ms: number, work: () => Promise<void>): void {
    const run = () => void work().catch((err: unknown) => this.#options.logger.warn({ err }, 'housekeeping failed'));
    this.#timers.push(setInterval(run, ms));
  }
}
