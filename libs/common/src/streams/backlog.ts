import { keys, type ServiceName } from '../contracts/index.js';
import type { Backlog } from '../metrics/index.js';
import type { RedisClient } from '../redis/index.js';
import { idTime, type RawEntry } from './entries.js';
import { packSize } from './pack.js';
import type { RedisClock } from './redis-clock.js';

/** Of a longer stream these oldest entries tell how many commands an entry holds. */
const SAMPLE = 20;

/**
 * Unfinished commands of a stream, those beyond its first entries by their average, and when the oldest was added: Redis'
 * clock, milliseconds since 1970. @throws what Redis answers
 */
export async function countCommands(
  redis: Pick<RedisClient, 'xlen' | 'xrange'>,
  stream: string,
): Promise<{ pending: number; oldestAt: number | undefined }> {
  const oldest = (await redis.xrange(stream, '-', '+', 'COUNT', SAMPLE)) as RawEntry[];
  const [first] = oldest;
  if (!first) return { pending: 0, oldestAt: undefined };
  const entries = oldest.length < SAMPLE ? oldest.length : Math.max(SAMPLE, await redis.xlen(stream));
  const held = oldest.reduce((sum, entry) => sum + packSize(entry), 0);
  return { pending: Math.round((entries * held) / oldest.length), oldestAt: idTime(first[0]) };
}

/** What waits on a command stream; undefined while Redis is away. @throws what Redis answers */
export async function readBacklog(
  redis: RedisClient,
  clock: RedisClock,
  service: ServiceName,
  partition: number,
): Promise<Backlog | undefined> {
  if (redis.status !== 'ready') return undefined;
  const { pending, oldestAt } = await countCommands(redis, keys.commands(service, partition));
  return { pending, lagSeconds: oldestAt === undefined ? 0 : Math.max(0, ((await clock.now()) - oldestAt) / 1_000) };
}
