import { publishMessages } from '@brook/common/cache';
import type { Logger } from '@brook/common/logging';
import { connectRedis, type RedisConfig, type RedisGeneration } from '@brook/common/redis';
import { CommandOwner } from '@brook/common/streams';
import { BatchExecutor, type BatchOutcome } from '../commands/batch-executor.js';
import type { Prisma } from '../repositories/prisma.js';

export interface CommandsOptions {
  prisma: Prisma;
  redisConfig: RedisConfig;
  generation: RedisGeneration;
  replica: string;
  partitions: number;
  logger: Logger;
  onBatch: (size: number) => void;
  onDeadLetter: () => void;
}

/** The owner of this replica's share of the messages command streams. */
export function messagesOwner(options: CommandsOptions): CommandOwner<'messages', BatchOutcome> {
  const { prisma, redisConfig, generation, replica, partitions, logger } = options;
  const executor = new BatchExecutor(prisma);
  return new CommandOwner({
    service: 'messages',
    replica,
    partitions,
    sql: prisma,
    connect: (role) => connectRedis(redisConfig, role, logger),
    execute: (lease, commands) => executor.execute(lease, commands),
    publish: async (redis, { partition }, { executed, refusals, ids }) => {
      const changes = executed.flatMap((outcome) => outcome.changes);
      const replies = [...executed.flatMap((outcome) => outcome.replies), ...refusals];
      await publishMessages(redis, partition, await generation.current(), { changes, replies, finished: ids });
    },
    // A sender who timed out does not know, and sends again under the same client id: dropping helps nobody.
    ageless: new Set(['message.send']),
    logger,
    onBatch: (_partition, size) => options.onBatch(size),
    onDeadLetter: () => options.onDeadLetter(),
  });
}
