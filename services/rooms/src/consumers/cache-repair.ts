import type { Logger } from '@brook/common/logging';
import type { RedisGeneration } from '@brook/common/redis';
import type { HeldLease, PartitionWork } from '@brook/common/streams';
import type { RoomCache } from '../cache/room-cache.js';

const RETRY_MS = 1_000;

/**
 * Distrusts the read model when Redis began another life or the partition had another owner: rooms that changed lately
 * are removed from it and read again when they are asked for.
 */
export class CacheRepair implements PartitionWork {
  readonly #cache: RoomCache;
  readonly #logger: Logger;
  readonly #held = new Set<number>();
  readonly #timers = new Map<number, NodeJS.Timeout>();

  constructor(cache: RoomCache, generation: RedisGeneration, logger: Logger) {
    this.#cache = cache;
    this.#logger = logger;
    generation.onChange(() => {
      for (const partition of this.#held) this.#repair(partition);
    });
  }

  start({ partition }: HeldLease): void {
    this.#held.add(partition);
    this.#repair(partition);
  }

  stop(partition: number): Promise<void> {
    this.#held.delete(partition);
    clearTimeout(this.#timers.get(partition));
    return Promise.resolve();
  }

  #repair(partition: number): void {
    this.#cache.forgetRecent(partition, new Date()).catch((err: unknown) => {
      this.#logger.warn({ err, partition }, 'the read model could not be repaired yet');
      if (!this.#held.has(partition)) return;
      clearTimeout(this.#timers.get(partition));
      this.#timers.set(
        partition,
        setTimeout(() => this.#repair(partition), RETRY_MS),
      );
    });
  }
}
