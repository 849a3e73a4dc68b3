import { AppError } from '@brook/common/errors';
import type { Account } from '../domain/account.js';
import { activeAdmins } from '../repositories/account-changes.js';
import type { Db } from '../repositories/prisma.js';

/** Before an admin stops being one: somebody has to be left who can undo it. @throws AppError `conflict` for the last one */
export async function keepAnAdmin(account: Account, tx: Db): Promise<void> {
  if (account.role !== 'admin' || account.blockedAt !== null) return;
  if ((await activeAdmins(tx)) === 1) throw new AppError('conflict', 'this is the last admin');
}
