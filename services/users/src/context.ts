import type { Logger } from '@brook/common/logging';
import type { ChangePublisher } from './cache/change-publisher.js';
import type { SessionCache } from './cache/session-cache.js';
import type { UserCache } from './cache/user-cache.js';
import type { AccessTokens } from './credentials/access-tokens.js';
import type { PasswordHasher } from './credentials/password-hasher.js';
import type { RefusalLog } from './credentials/refusal-log.js';
import type { AccountChanges } from './repositories/account-changes.js';
import type { AccountRepository } from './repositories/account-repository.js';
import type { AuditRepository } from './repositories/audit-repository.js';
import type { ChangeRepository } from './repositories/change-repository.js';
import type { SessionRepository } from './repositories/session-repository.js';
import type { VisitRepository } from './repositories/visit-repository.js';

/** What use cases and routes work with; wired once by the composition root. */
export interface UsersContext {
  accounts: AccountRepository;
  accountChanges: AccountChanges;
  sessions: SessionRepository;
  changes: ChangeRepository;
  audit: AuditRepository;
  refusals: RefusalLog;
  visits: VisitRepository;
  userCache: UserCache;
  sessionCache: SessionCache;
  publisher: ChangePublisher;
  passwords: PasswordHasher;
  tokens: AccessTokens;
  partitions: number;
  now: () => Date;
  logger: Logger;
}
