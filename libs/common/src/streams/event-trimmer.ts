import { keys, type ServiceName } from '../contracts/index.js';
import type { Logger } from '../logging/index.js';
import type { RedisClient } from '../redis/index.js';
import { idTime } from './entries.js';
import type { HeldLease } from './lease.js';
import type { PartitionWork } from './lease-keeper.js';

/** Events stay this long after which newer ones came; who is further behind pulls from the feed's owner. */
const KEEP_MS = 10 * 60_000;
const TRIM_MS = 1_000;

/** Trims the event streams of the partitions held, once a second, by age and never by length. */
export class EventTrimmer implements PartitionWork {
  readonly #service: ServiceName;
  readonly #redis: RedisClient;
  readonly #logger: Logger;
  readonly #timers = new Map<number, NodeJS.Timeout>();

  /** `redis` is of role `commands`. */
  constructor(service: ServiceName, redis: RedisClient, logger: Logger) {
    this.#service = service;
    this.#redis = redis;
    this.#logger = logger;
  }

  start({ partition }: HeldLease): void {
    this.#timers.set(
      partition,
      setInterval(() => {
        this.trim(partition).catch((err: unknown) => this.#logger.debug({ err, partition }, 'could not trim the events'));
      }, TRIM_MS),
    );
  }

  stop(partition: number): Promise<void> {
    clearInterval(this.#timers.get(partition));
    this.#timers.delete(partition);
    return Promise.resolve();
  }

  /** Removes what is older than ten minutes, measured from the newest event. @returns how many entries went */
  async trim(partition: number): Promise<number> {
    const key = keys.events(this.#service, partition);
    const [newest] = await this.#redis.xrevrange(key, '+', '-', 'COUNT', 1);
    if (!newest) return 0;
    return this.#redis.xtrim(key, 'MINID', '~', `${Math.max(0, idTime(newest[0]) - KEEP_MS)}-0`);
  }
}
