import type { RoomsChanges } from '@brook/common/contracts';
import type { Logger } from '@brook/common/logging';
import { createOwnerMetrics, type Registry } from '@brook/common/metrics';
import type { RedisClient, RedisRole } from '@brook/common/redis';
import { CommandOwner, type PartitionWork, TransactionalCommands, type TransactionOutcome } from '@brook/common/streams';
import { project } from './cache/projection.js';
import { createHandlers } from './commands/handlers.js';
import type { Profiles } from './profiles.js';
import type { Database, Db } from './repositories/prisma.js';

export interface OwnerDeps {
  prisma: Database;
  /** Unique per process start. */
  replica: string;
  partitions: number;
  connect: (role: RedisRole) => RedisClient;
  profiles: Profiles;
  /** Work that goes with a partition's lease. */
  duties: PartitionWork[];
  metrics: Registry;
  logger: Logger;
}

/** Executes the commands of the partitions that this replica holds. */
export function createOwner(deps: OwnerDeps): CommandOwner<'rooms', TransactionOutcome> {
  const { prisma, replica, partitions, connect, logger } = deps;
  const metrics = createOwnerMetrics(deps.metrics);
  const commands = new TransactionalCommands<'rooms', Db, RoomsChanges>({
    service: 'rooms',
    partitions,
    transaction: (work) => prisma.$transaction((tx) => work(tx)),
    handlers: createHandlers(deps.profiles),
    repeatable: new Set(['room.read']),
    onDuplicate: () => metrics.duplicates.inc(),
    project,
  });
  return new CommandOwner({
    service: 'rooms',
    replica,
    partitions,
    sql: prisma,
    connect,
    execute: (lease, batch) => commands.execute(lease, batch),
    publish: (redis, lease, finished) => commands.publish(redis, lease, finished),
    companion: together(deps.duties),
    logger,
    metrics,
  });
}

const together = (duties: PartitionWork[]): PartitionWork => ({
  start: (lease) => duties.forEach((duty) => duty.start(lease)),
  stop: async (partition) => void (await Promise.all(duties.map((duty) => duty.stop(partition)))),
});
