import type { AdminUser, AuditedBy } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { UsersContext } from '../context.js';
import { toAdminUser } from '../domain/account.js';
import { asTarget, auditBy } from '../domain/audit.js';
import { keepAnAdmin } from './keep-an-admin.js';
import { makeKnown } from './make-known.js';

/** Whose account an admin acts on, and who that admin is. */
export interface AdminAct {
  userId: string;
  by: AuditedBy;
}

/**
 * Keeps somebody out: no session goes on, none begins; messages stay. Blocking again ends what is left.
 * @throws AppError `conflict` for oneself and for the last admin, `not_found`, `unavailable`
 */
export async function blockAccount(context: UsersContext, { userId, by }: AdminAct): Promise<AdminUser> {
  if (userId === by.id) throw new AppError('conflict', 'you cannot block yourself');
  const now = context.now();
  const changed = await context.accountChanges.change({ userId, now }, async (account, tx) => {
    await keepAnAdmin(account, tx);
    return {
      account: account.blockedAt === null ? { ...account, blockedAt: now } : account,
      end: { except: null },
      audit: { ...auditBy(by, 'account.blocked'), target: asTarget(account) },
    };
  });
  await makeKnown(context, changed);
  return toAdminUser(changed.account);
}

/** Lets somebody in again, who has to sign in anew. @throws AppError `not_found`, `unavailable` */
export async function unblockAccount(context: UsersContext, { userId, by }: AdminAct): Promise<AdminUser> {
  const changed = await context.accountChanges.change({ userId, now: context.now() }, (account) => ({
    account: account.blockedAt === null ? account : { ...account, blockedAt: null },
    audit: { ...auditBy(by, 'account.unblocked'), target: asTarget(account) },
  }));
  await makeKnown(context, changed);
  return toAdminUser(changed.account);
}
