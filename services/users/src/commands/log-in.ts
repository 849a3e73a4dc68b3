import { type Credentials, type Device, foldUsername, username as usernameSchema } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { UsersContext } from '../context.js';
import type { Account } from '../domain/account.js';
import { asTarget } from '../domain/audit.js';
import { openFor } from './open-stored.js';

export interface LogIn {
  username: string;
  password: string;
  device: Device;
}

/**
 * Opens a session for somebody who knows the password. Answer and work are the same for a wrong password, an unknown
 * or impossible name, and a guest; that an account is blocked is told only to who knows its password.
 * @throws AppError `invalid_credentials`, `blocked`, `overloaded`
 */
export async function logIn(context: UsersContext, { username, password, device }: LogIn): Promise<Credentials> {
  const name = usernameSchema.safeParse(username);
  const found = name.success ? await context.accounts.findForLogIn(foldUsername(name.data)) : null;
  const checkedHash = found?.passwordHash ?? null;
  const fits = await context.passwords.verify(checkedHash, password);
  if (found === null || !fits) {
    if (found !== null) noteFailure(context, found.account, device);
    throw new AppError('invalid_credentials');
  }
  return openFor(context, { account: found.account, device, checkedHash, by: 'password' });
}

/** Written later: the work of writing would tell by time that the name exists. What was typed is never written. */
function noteFailure({ refusals, now }: UsersContext, account: Account, { ip }: Device): void {
  const draft = { action: 'session.refused' as const, actor: null, target: asTarget(account), detail: { why: 'password' }, ip };
  refusals.note({ draft, at: now() });
}
