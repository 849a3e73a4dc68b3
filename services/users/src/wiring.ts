import type { Logger } from '@brook/common/logging';
import type { RedisClient } from '@brook/common/redis';
import { ChangePublisher } from './cache/change-publisher.js';
import { SessionCache } from './cache/session-cache.js';
import { UserCache } from './cache/user-cache.js';
import type { UsersContext } from './context.js';
import { AccessTokens } from './credentials/access-tokens.js';
import { PasswordHasher } from './credentials/password-hasher.js';
import { RefusalLog } from './credentials/refusal-log.js';
import type { TokenKeys } from './credentials/token-keys.js';
import { AccountChanges } from './repositories/account-changes.js';
import { AccountRepository } from './repositories/account-repository.js';
import { AuditRepository } from './repositories/audit-repository.js';
import { ChangeRepository } from './repositories/change-repository.js';
import type { Database } from './repositories/prisma.js';
import { SessionRepository } from './repositories/session-repository.js';
import { VisitRepository } from './repositories/visit-repository.js';

export interface WiringOptions {
  prisma: Database;
  /** Of role `commands`, for the read model. */
  redis: RedisClient;
  /** Of role `producer`, for the feed. */
  producer: RedisClient;
  partitions: number;
  tokenKeys: TokenKeys;
  logger: Logger;
}

/** Wires what use cases work with, on connections that the caller owns. */
export async function createContext({
  prisma,
  redis,
  producer,
  partitions,
  tokenKeys,
  logger,
}: WiringOptions): Promise<UsersContext> {
  const audit = new AuditRepository(prisma);
  return {
    accounts: new AccountRepository(prisma),
    accountChanges: new AccountChanges(prisma, partitions),
    sessions: new SessionRepository(prisma, partitions),
    changes: new ChangeRepository(prisma),
    audit,
    refusals: new RefusalLog((lines) => audit.recordAll(lines), logger),
    visits: new VisitRepository(prisma),
    userCache: new UserCache(redis, partitions),
    sessionCache: new SessionCache(redis, partitions),
    publisher: new ChangePublisher(producer, partitions, logger),
    passwords: await PasswordHasher.create(),
    tokens: await AccessTokens.create(tokenKeys),
    partitions,
    now: () => new Date(),
    logger,
  };
}
