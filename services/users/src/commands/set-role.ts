import type { AdminUser, User } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { UsersContext } from '../context.js';
import { toAdminUser } from '../domain/account.js';
import { asTarget, auditBy } from '../domain/audit.js';
import type { AdminAct } from './block-account.js';
import { keepAnAdmin } from './keep-an-admin.js';
import { makeKnown } from './make-known.js';

/**
 * Gives or takes the role of an application admin. Sessions go on with the new role; sockets that were opened under the
 * old one are closed by the gateways, and come back under the new one.
 * @throws AppError `conflict` for a guest and for the last admin, `not_found`, `unavailable`
 */
export async function setRole(context: UsersContext, { userId, by, role }: AdminAct & Pick<User, 'role'>): Promise<AdminUser> {
  const changed = await context.accountChanges.change({ userId, now: context.now() }, async (account, tx) => {
    if (role === 'admin' && account.kind === 'guest') throw new AppError('conflict', 'a guest cannot be an admin');
    if (role === 'user') await keepAnAdmin(account, tx);
    const audit = {
      ...auditBy(by, 'role.changed' as const),
      target: asTarget(account),
      detail: { from: account.role, to: role },
    };
    return { account: account.role === role ? account : { ...account, role, version: account.version + 1 }, audit };
  });
  await makeKnown(context, changed);
  return toAdminUser(changed.account);
}
