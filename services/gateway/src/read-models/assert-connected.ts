import type { RedisClient } from '@brook/common/redis';

/**
 * Read models are asked only over a connection that stands: while Redis is away the owner answers sooner than a
 * command that waits for a reconnect.
 * @throws when there is no connection now
 */
export function assertConnected(redis: RedisClient): void {
  if (redis.status !== 'ready') throw new Error(`redis is ${redis.status}`);
}
