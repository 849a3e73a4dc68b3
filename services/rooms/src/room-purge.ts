import { keys, partitionOf } from '@brook/common/contracts';
import type { Logger } from '@brook/common/logging';
import type { RedisClient } from '@brook/common/redis';
import { scrubStream } from '@brook/common/streams';
import { RepeatedWork } from './repeated-work.js';
import type { PurgeRepository } from './repositories/purge-repository.js';

const EVERY_MS = 5_000;

export interface RoomPurgeOptions {
  traces: PurgeRepository;
  /** Of role `commands`. */
  redis: RedisClient;
  partitions: number;
  logger: Logger;
}

/**
 * Removes what deleted rooms leave behind here: changes and command results, the read model with its guard, events and
 * dead letters. Members, bans, markers and head go with the room itself. Any number of replicas may do it at once.
 */
export const roomPurge = ({ logger, ...options }: RoomPurgeOptions): RepeatedWork =>
  new RepeatedWork({
    everyMs: EVERY_MS,
    work: () => purgeDeletedRooms(options),
    failure: 'deleted rooms could not be purged',
    logger,
  });

async function purgeDeletedRooms({ traces, redis, partitions }: Omit<RoomPurgeOptions, 'logger'>): Promise<void> {
  const roomIds = await traces.due();
  for (const partition of new Set(roomIds.map((id) => partitionOf(id, partitions)))) {
    const own = roomIds.filter((id) => partitionOf(id, partitions) === partition);
    for (const roomId of own) {
      await traces.purge(roomId);
      const info = keys.roomInfo(partition, roomId);
      await redis.del(info, keys.guard(info));
    }
    await scrubStream(redis, keys.events('rooms', partition), own);
    await scrubStream(redis, keys.deadLetters('rooms', partition), own);
    for (const roomId of own) await traces.markPurged(roomId);
  }
}
