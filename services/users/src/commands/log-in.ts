import { type Credentials, type Device, foldUsername, username as usernameSchema } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { UsersContext } from '../context.js';
import { draftSession, handOut } from './open-session.js';

export interface LogIn {
  username: string;
  password: string;
  device: Device;
}

/**
 * Opens a session for somebody who knows the password. Answer and work are the same for a wrong password, an unknown
 * or impossible name, and a guest.
 * @throws AppError `invalid_credentials`, `overloaded`
 */
export async function logIn(context: UsersContext, { username, password, device }: LogIn): Promise<Credentials> {
  const name = usernameSchema.safeParse(username);
  const found = name.success ? await context.accounts.findForLogIn(foldUsername(name.data)) : null;
  const fits = await context.passwords.verify(found?.passwordHash ?? null, password);
  if (found === null || !fits) throw new AppError('invalid_credentials');
  const draft = draftSession(found.account.id, device, context.now());
  await context.sessions.create(draft.session);
  return handOut(context, { account: found.account, ...draft });
}
