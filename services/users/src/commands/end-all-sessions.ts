import type { AdminUser } from '@brook/common/contracts';
import type { UsersContext } from '../context.js';
import { toAdminUser } from '../domain/account.js';
import { asTarget, auditBy } from '../domain/audit.js';
import type { AdminAct } from './block-account.js';
import { makeKnown } from './make-known.js';

/** Ends every session of somebody, who may sign in again. @throws AppError `not_found`, `unavailable` */
export async function endAllSessions(context: UsersContext, { userId, by }: AdminAct): Promise<AdminUser> {
  const changed = await context.accountChanges.change({ userId, now: context.now() }, (account) => ({
    account,
    end: { except: null },
    audit: { ...auditBy(by, 'sessions.revoked'), target: asTarget(account) },
  }));
  await makeKnown(context, changed);
  return toAdminUser(changed.account);
}
