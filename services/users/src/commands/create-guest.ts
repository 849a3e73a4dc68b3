import { randomBytes } from 'node:crypto';
import { type Credentials, type Device, foldUsername } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { v7 as uuidv7 } from 'uuid';
import type { UsersContext } from '../context.js';
import { guestName } from '../domain/guest-name.js';
import { draftSession, handOut, type OpenSession } from './open-session.js';

export interface CreateGuest {
  displayName?: string | undefined;
  device: Device;
}

/** Names tried before giving up; with 890 million of them even a second try is rare. */
const TRIES = 5;

/** Makes a guest: an account without a credential, under a name of ours, with its session. */
export async function createGuest(context: UsersContext, guest: CreateGuest): Promise<Credentials> {
  return handOut(context, await underFreeName((username) => storeGuest(context, guest, username)));
}

async function storeGuest(context: UsersContext, { displayName, device }: CreateGuest, username: string): Promise<OpenSession> {
  const now = context.now();
  const id = uuidv7({ msecs: now.getTime() });
  const draft = draftSession(id, device, now);
  const account = await context.accounts.create(
    {
      id,
      username,
      nameKey: foldUsername(username),
      displayName: displayName ?? username,
      kind: 'guest',
      role: 'user',
      passwordHash: null,
      createdAt: now,
    },
    { session: draft.session },
  );
  return { account, ...draft };
}

async function underFreeName<T>(store: (username: string) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await store(guestName(randomBytes(32)));
    } catch (err) {
      if (attempt === TRIES || !(err instanceof AppError && err.code === 'username_taken')) throw err;
    }
  }
}
