import { publishMessages } from '@brook/common/cache';
import type { Logger } from '@brook/common/logging';
import { createOwnerMetrics, type Registry } from '@brook/common/metrics';
import { connectRedis, type RedisClient, type RedisConfig, type RedisGeneration } from '@brook/common/redis';
import { CommandOwner, EventTrimmer, type PartitionWork } from '@brook/common/streams';
import { BatchExecutor, type BatchOutcome } from '../commands/batch-executor.js';
import { RefusalReview } from '../commands/refusal-review.js';
import type { Database } from '../repositories/prisma.js';
import type { SearchIndexer } from './search-indexer.js';

export interface CommandsOptions extends Database {
  /** Of role `commands`. */
  redis: RedisClient;
  redisConfig: RedisConfig;
  generation: RedisGeneration;
  replica: string;
  partitions: number;
  /** Brings the projection of the rooms feed up to date. */
  catchUp: () => Promise<void>;
  /** Is told of what was committed. */
  indexer: SearchIndexer;
  metrics: Registry;
  logger: Logger;
}

const together = (works: PartitionWork[]): PartitionWork => ({
  start: (lease) => works.forEach((work) => work.start(lease)),
  stop: async (partition) => void (await Promise.all(works.map((work) => work.stop(partition)))),
});

/** The owner of this replica's share of the messages command streams. */
export function messagesOwner(options: CommandsOptions): CommandOwner<'messages', BatchOutcome> {
  const { prisma, pool, redis, redisConfig, generation, replica, partitions, catchUp, indexer, logger } = options;
  const metrics = createOwnerMetrics(options.metrics);
  const executor = new BatchExecutor({ prisma, pool }, new RefusalReview({ prisma, catchUp, logger }));
  return new CommandOwner({
    service: 'messages',
    replica,
    partitions,
    sql: prisma,
    connect: (role) => connectRedis(redisConfig, role, logger),
    execute: (lease, commands) => executor.execute(lease, commands),
    publish: async (producer, { partition }, { executed, refusals, ids }) => {
      const changes = executed.flatMap((outcome) => outcome.changes);
      const replies = [...executed.flatMap((outcome) => outcome.replies), ...refusals];
      await publishMessages(producer, partition, await generation.current(), { changes, replies, finished: ids });
      indexer.touch(changes.map(({ roomId }) => roomId));
      metrics.duplicates.inc(changes.filter(({ kind }) => kind === 'repeated').length);
    },
    companion: together([new EventTrimmer('messages', redis, logger), indexer]),
    // A sender who timed out does not know, and sends again under the same client id: dropping helps nobody.
    ageless: new Set(['message.send']),
    metrics,
    logger,
  });
}
