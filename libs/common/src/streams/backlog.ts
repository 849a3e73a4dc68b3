import { keys, type ServiceName } from '../contracts/index.js';
import type { Backlog } from '../metrics/index.js';
import type { RedisClient } from '../redis/index.js';
import { idTime, type RawEntry } from './entries.js';
import type { RedisClock } from './redis-clock.js';

/** What waits on a command stream; undefined while Redis is away. @throws what Redis answers */
export async function readBacklog(
  redis: RedisClient,
  clock: RedisClock,
  service: ServiceName,
  partition: number,
): Promise<Backlog | undefined> {
  if (redis.status !== 'ready') return undefined;
  const stream = keys.commands(service, partition);
  const [pending, [oldest]] = await Promise.all([
    redis.xlen(stream),
    redis.xrange(stream, '-', '+', 'COUNT', 1) as Promise<RawEntry[]>,
  ]);
  if (!oldest) return { pending, lagSeconds: 0 };
  return { pending, lagSeconds: Math.max(0, ((await clock.now()) - idTime(oldest[0])) / 1_000) };
}
