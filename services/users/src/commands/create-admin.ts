import { foldUsername, type User } from '@brook/common/contracts';
import { v7 as uuidv7 } from 'uuid';
import type { UsersContext } from '../context.js';
import { toUser } from '../domain/account.js';

export interface NewAdmin {
  username: string;
  password: string;
}

/** Makes an admin's account, without a session. @throws AppError `username_taken`, `overloaded` */
export async function createAdmin(context: UsersContext, { username, password }: NewAdmin): Promise<User> {
  const passwordHash = await context.passwords.hash(password);
  const now = context.now();
  const account = await context.accounts.create({
    id: uuidv7({ msecs: now.getTime() }),
    username,
    nameKey: foldUsername(username),
    displayName: username,
    kind: 'member',
    role: 'admin',
    passwordHash,
    createdAt: now,
  });
  return toUser(account);
}
