import { AppError } from '@brook/common/errors';
import { LRUCache } from 'lru-cache';
import type { GatewayLimits } from '../config.js';
import { TokenBucket } from './token-bucket.js';

/** Rooms whose buckets are kept; an evicted one starts full again. */
const ROOMS_MAX = 20_000;

/** The limits on sending messages: per connection and, over all connections of this gateway, per room. In memory. */
export class SendLimits {
  readonly #limits: Pick<GatewayLimits, 'sendsPerSecond' | 'sendsPerRoomPerSecond'>;
  readonly #rooms = new LRUCache<string, TokenBucket>({ max: ROOMS_MAX });

  constructor(limits: Pick<GatewayLimits, 'sendsPerSecond' | 'sendsPerRoomPerSecond'>) {
    this.#limits = limits;
  }

  /** A bucket for a new connection; hand it to `check` with every send. */
  forConnection(now: number = performance.now()): TokenBucket {
    return new TokenBucket(this.#limits.sendsPerSecond, now);
  }

  /**
   * Counts one send in `roomId`. Without a connection (REST) only the room's limit applies.
   * @throws AppError `rate_limited` with `retryAfterMs`; then nothing was counted
   */
  check(roomId: string, connection?: TokenBucket, now: number = performance.now()): void {
    const own = connection?.take(now) ?? 0;
    if (own > 0) throw new AppError('rate_limited', 'you are sending too fast', { retryAfterMs: own });
    const shared = this.#room(roomId, now).take(now);
    if (shared === 0) return;
    connection?.giveBack();
    throw new AppError('rate_limited', 'too many messages in this room at once', { retryAfterMs: shared });
  }

  #room(roomId: string, now: number): TokenBucket {
    let bucket = this.#rooms.get(roomId);
    if (!bucket) {
      bucket = new TokenBucket(this.#limits.sendsPerRoomPerSecond, now);
      this.#rooms.set(roomId, bucket);
    }
    return bucket;
  }
}
