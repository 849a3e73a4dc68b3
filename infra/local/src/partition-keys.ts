import { partitionTag } from '@brook/common/contracts';
import { Cluster, type Redis } from 'ioredis';
import type { ReachedStores } from './reach-stores.js';

const SCAN_COUNT = 500;
/** What follows a partition's tag in the name of a stream; everything else of a partition can be made anew. */
const STREAM = /^:(cmd|evt|dlq)(:|$)/;

/**
 * Removes every key of the first `partitions` partitions; what else lives in that Redis stays.
 * @param streams whether commands, events and dead letters go too
 */
export async function removePartitionKeys(
  redis: ReachedStores['redis'],
  partitions: number,
  { streams }: { streams: boolean },
): Promise<void> {
  const tags = new Set(Array.from({ length: partitions }, (_, partition) => `{${partitionTag(partition)}}`));
  const goes = (key: string) => {
    const end = key.indexOf('}') + 1;
    return tags.has(key.slice(0, end)) && (streams || !STREAM.test(key.slice(end)));
  };
  for (const node of nodesOf(redis, 'master')) {
    let cursor = '0';
    do {
      const [next, found] = await node.scan(cursor, 'MATCH', '{p*}:*', 'COUNT', SCAN_COUNT);
      cursor = next;
      // One by one: on a Cluster's node they may lie in different slots.
      await Promise.all(found.filter(goes).map((key) => node.unlink(key)));
    } while (cursor !== '0');
  }
}

/** The servers behind a client. */
export const nodesOf = (redis: ReachedStores['redis'], role: 'master' | 'all'): Redis[] =>
  redis instanceof Cluster ? redis.nodes(role) : [redis];
