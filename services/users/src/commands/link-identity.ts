import type { AuditedBy } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { UsersContext } from '../context.js';
import { asTarget, auditBy } from '../domain/audit.js';
import { addIdentity } from '../repositories/account-changes.js';

export interface LinkIdentity {
  userId: string;
  provider: string;
  subject: string;
  by: AuditedBy;
}

/**
 * Lets the owner of an account sign in through another provider, too. The caller has proved both: the account by its
 * session, the identity by the provider.
 * @throws AppError `conflict` when the identity or the account is linked already, or for a guest; `not_found`
 */
export async function linkIdentity(context: UsersContext, { userId, provider, subject, by }: LinkIdentity): Promise<void> {
  const now = context.now();
  await context.accountChanges.change({ userId, now }, async (account, tx) => {
    if (account.kind === 'guest') throw new AppError('conflict', 'a guest becomes a member first');
    await addIdentity(tx, userId, { provider, subject }, now);
    return { account, audit: { ...auditBy(by, 'identity.linked'), target: asTarget(account), detail: { provider } } };
  });
}
