import type { AuditedBy } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { UsersContext } from '../context.js';
import { asTarget, auditBy } from '../domain/audit.js';
import { replacePassword } from '../repositories/account-changes.js';
import { makeKnown } from './make-known.js';

export interface ChangePassword {
  userId: string;
  currentPassword: string;
  newPassword: string;
  /** The session that asks; it goes on. */
  sessionId: string;
  by: AuditedBy;
}

/**
 * Replaces a member's password and ends every other session.
 * @throws AppError `invalid_credentials` for a wrong present password; `conflict` for who has none; `not_found`, `overloaded`, `unavailable`
 */
export async function changePassword(context: UsersContext, request: ChangePassword): Promise<void> {
  const { userId, currentPassword, newPassword, sessionId, by } = request;
  const found = await context.accounts.findWithHash(userId);
  if (found === null) throw new AppError('not_found');
  const { passwordHash: checkedHash } = found;
  if (checkedHash === null) throw new AppError('conflict', 'this account has no password');
  if (!(await context.passwords.verify(checkedHash, currentPassword))) throw new AppError('invalid_credentials');
  const passwordHash = await context.passwords.hash(newPassword);
  const changed = await context.accountChanges.change({ userId, now: context.now() }, async (account, tx) => {
    await replacePassword(tx, userId, { checkedHash, passwordHash });
    return { account, end: { except: sessionId }, audit: { ...auditBy(by, 'password.changed'), target: asTarget(account) } };
  });
  await makeKnown(context, changed);
}
