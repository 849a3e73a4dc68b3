import { type AuditedBy, foldUsername, type User } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { UsersContext } from '../context.js';
import { toUser, upgradeGuest as upgraded } from '../domain/account.js';
import { asTarget, auditBy } from '../domain/audit.js';
import { addPassword } from '../repositories/account-changes.js';
import { makeKnown } from './make-known.js';

export interface UpgradeGuest {
  userId: string;
  /** NFKC-normalised, as the contract's schema gives it. */
  username: string;
  password: string;
  by: AuditedBy;
}

/**
 * Makes a guest a member: same id, so same rooms and messages, and the session goes on.
 * @throws AppError `conflict` for who is no guest, `username_taken`, `not_found`, `overloaded`, `unavailable`
 */
export async function upgradeGuest(context: UsersContext, { userId, username, password, by }: UpgradeGuest): Promise<User> {
  const nameKey = foldUsername(username);
  const [guest] = await context.accounts.findMany([userId]);
  if (guest?.kind === 'member') throw notAGuest();
  if (await context.accounts.findByName(nameKey)) throw new AppError('username_taken');
  const passwordHash = await context.passwords.hash(password);
  const changed = await context.accountChanges.change({ userId, now: context.now() }, async (account, tx) => {
    if (account.kind !== 'guest') throw notAGuest();
    await addPassword(tx, userId, passwordHash);
    const member = upgraded(account, username);
    const audit = { ...auditBy(by, 'account.upgraded'), target: asTarget(member) };
    return { account: member, nameKey, audit };
  });
  await makeKnown(context, changed);
  return toUser(changed.account);
}

const notAGuest = () => new AppError('conflict', 'this account is a member already');
