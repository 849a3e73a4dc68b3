import type { UsersChanges } from '@brook/common/contracts';
import type { Logger } from '@brook/common/logging';
import { createOwnerMetrics, type Registry } from '@brook/common/metrics';
import type { RedisClient, RedisRole } from '@brook/common/redis';
import { CommandOwner, EventTrimmer, TransactionalCommands, type TransactionOutcome } from '@brook/common/streams';
import { updateUser } from '../commands/update-user.js';
import type { UserCache } from '../cache/user-cache.js';
import type { AccountRepository } from '../repositories/account-repository.js';
import type { Database, Db } from '../repositories/prisma.js';

export interface UserCommandsOptions {
  prisma: Database;
  /** Of role `commands`. */
  redis: RedisClient;
  accounts: AccountRepository;
  userCache: UserCache;
  connect: (role: RedisRole) => RedisClient;
  /** Unique per process start. */
  replica: string;
  partitions: number;
  metrics: Registry;
  logger: Logger;
}

/** A batch's outcome, and whose profiles it was about. */
interface ProfileOutcome extends TransactionOutcome {
  userIds: string[];
}

/**
 * Consumes this service's command streams. Before a batch is answered the profiles it was about are in the read model,
 * also when the batch had been committed by an owner that died before it could publish.
 */
export function createUserCommands(options: UserCommandsOptions): CommandOwner<'users', ProfileOutcome> {
  const { prisma, partitions } = options;
  const metrics = createOwnerMetrics(options.metrics);
  const commands = new TransactionalCommands<'users', Db, UsersChanges>({
    service: 'users',
    partitions,
    transaction: (work) => prisma.$transaction(work),
    handlers: { 'user.update': updateUser },
    onDuplicate: () => metrics.duplicates.inc(),
    // Profiles are plain strings, not versioned hashes: `publish` below writes them.
    project: () => [],
  });
  return new CommandOwner<'users', ProfileOutcome>({
    service: 'users',
    replica: options.replica,
    partitions,
    sql: prisma,
    connect: options.connect,
    execute: async (lease, batch) => ({
      ...(await commands.execute(lease, batch)),
      userIds: batch.filter(({ actor, key }) => actor.id === key).map(({ key }) => key),
    }),
    publish: async (redis, lease, finished) => {
      await putProfiles(options, new Set(finished.executed.flatMap(({ userIds }) => userIds)));
      await commands.publish(redis, lease, finished);
    },
    companion: new EventTrimmer('users', options.redis, options.logger),
    metrics,
    logger: options.logger,
  });
}

async function putProfiles({ accounts, userCache }: UserCommandsOptions, ids: Set<string>): Promise<void> {
  if (ids.size === 0) return;
  const updated = await accounts.findMany([...ids]);
  await Promise.all(updated.map((account) => userCache.put(account)));
}
