import { foldUsername, type User } from '@brook/common/contracts';
import { v7 as uuidv7 } from 'uuid';
import type { UsersContext } from '../context.js';
import { toUser } from '../domain/account.js';
import { asTarget } from '../domain/audit.js';

export interface NewAdmin {
  username: string;
  password: string;
}

/** Makes an admin's account, without a session. @throws AppError `username_taken`, `overloaded` */
export async function createAdmin(context: UsersContext, { username, password }: NewAdmin): Promise<User> {
  const passwordHash = await context.passwords.hash(password);
  const now = context.now();
  const person = { id: uuidv7({ msecs: now.getTime() }), username };
  const account = await context.accounts.create(
    {
      ...person,
      nameKey: foldUsername(username),
      displayName: username,
      kind: 'member',
      role: 'admin',
      passwordHash,
      createdAt: now,
    },
    // Made by who runs this installation, not by anybody who is signed in.
    { audit: [{ action: 'admin.created', actor: null, target: asTarget(person), ip: '' }] },
  );
  return toUser(account);
}
