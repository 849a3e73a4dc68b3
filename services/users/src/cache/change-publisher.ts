import { setTimeout as delay } from 'node:timers/promises';
import { keys, partitionOf } from '@brook/common/contracts';
import type { Logger } from '@brook/common/logging';
import type { RedisClient } from '@brook/common/redis';
import { changeEntry, type Numbered, toFlat } from '@brook/common/streams';

/** Waits in milliseconds before a publication is tried again. */
const RETRY_MS = [50, 200];

/**
 * Tells the gateways of changes that were committed outside the command stream. A change published twice is
 * dropped by its number, one that could not be published is pulled by its consumers: neither is an error here.
 */
export class ChangePublisher {
  readonly #redis: RedisClient;
  readonly #partitions: number;
  readonly #logger: Logger;

  /** `redis` is of role `producer`. */
  constructor(redis: RedisClient, partitions: number, logger: Logger) {
    this.#redis = redis;
    this.#partitions = partitions;
    this.#logger = logger;
  }

  /** Publishes in the given order. Never throws. */
  async publish(changes: Numbered[]): Promise<void> {
    for (const change of changes) await this.#publishOne(change);
  }

  async #publishOne(change: Numbered): Promise<void> {
    const stream = keys.events('users', partitionOf(change.key, this.#partitions));
    for (let attempt = 0; ; attempt++) {
      try {
        await this.#redis.xadd(stream, '*', ...toFlat(changeEntry(change)));
        return;
      } catch (err) {
        const wait = RETRY_MS[attempt];
        if (wait === undefined) {
          this.#logger.warn({ err, type: change.type, n: change.n }, 'a change could not be published: consumers will pull it');
          return;
        }
        await delay(wait);
      }
    }
  }
}
