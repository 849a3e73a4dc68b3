import { type Credentials, type Device, foldUsername } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { v7 as uuidv7 } from 'uuid';
import type { UsersContext } from '../context.js';
import { asTarget } from '../domain/audit.js';
import { draftSession, handOut } from './open-session.js';

export interface SignUp {
  /** NFKC-normalised, as the contract's schema gives it. */
  username: string;
  password: string;
  displayName?: string | undefined;
  device: Device;
}

/**
 * Makes a member account with its first session.
 * @throws AppError `username_taken`, also for whoever comes second of two at once; `overloaded`
 */
export async function signUp(context: UsersContext, { username, password, displayName, device }: SignUp): Promise<Credentials> {
  const nameKey = foldUsername(username);
  // Names are public, so a taken one may be told before the costly hash; the unique index decides.
  if (await context.accounts.findByName(nameKey)) throw new AppError('username_taken');
  const passwordHash = await context.passwords.hash(password);
  const now = context.now();
  const id = uuidv7({ msecs: now.getTime() });
  const draft = draftSession(id, device, now);
  const person = { id, username };
  const account = await context.accounts.create(
    { ...person, nameKey, displayName: displayName ?? username, kind: 'member', role: 'user', passwordHash, createdAt: now },
    { session: draft.session, audit: [{ action: 'account.created', actor: person, target: asTarget(person), ip: device.ip }] },
  );
  return handOut(context, { account, ...draft });
}
