import { randomBytes } from 'node:crypto';
import { type Credentials, type Device, foldUsername, username as usernameSchema } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { v7 as uuidv7 } from 'uuid';
import type { UsersContext } from '../context.js';
import { asTarget } from '../domain/audit.js';
import { nameCandidates } from '../domain/name-candidates.js';
import { draftSession, handOut } from './open-session.js';
import { openFor } from './open-stored.js';

/** Somebody whom another provider vouches for; the gateway has seen to it that an address of theirs is verified. */
export interface Identified {
  provider: string;
  /** The provider's own, unchanging id of the person. */
  subject: string;
  /** Their name there; the wish for a name here. */
  login: string;
  displayName: string;
  avatarUrl: string | null;
  device: Device;
}

/**
 * Opens a session of the account that this identity belongs to, and makes one where there is none. An account that exists is
 * never taken over because of a name: linking one needs its own session.
 * @throws AppError `blocked`, `username_taken` when no name was free
 */
export async function enterWithIdentity(context: UsersContext, who: Identified): Promise<Credentials> {
  const known = await enterKnown(context, who);
  if (known) return known;
  try {
    return await storeUnderFreeName(context, who);
  } catch (err) {
    // The same person came twice at once: the other request made the account.
    const made = err instanceof AppError && err.code === 'conflict' ? await enterKnown(context, who) : undefined;
    if (made) return made;
    throw err;
  }
}

async function enterKnown(context: UsersContext, { provider, subject, device }: Identified): Promise<Credentials | undefined> {
  const account = await context.accounts.findByIdentity(provider, subject);
  return account ? openFor(context, { account, device, checkedHash: null, by: provider }) : undefined;
}

async function storeUnderFreeName(context: UsersContext, who: Identified): Promise<Credentials> {
  for (const username of nameCandidates(who.login, randomBytes(16))) {
    const entered = await storeMember(context, who, username);
    if (entered) return entered;
  }
  throw new AppError('username_taken');
}

/** A new member under this name; undefined when it is no name or is taken. */
async function storeMember(context: UsersContext, who: Identified, wanted: string): Promise<Credentials | undefined> {
  const name = usernameSchema.safeParse(wanted);
  if (!name.success) return undefined;
  const now = context.now();
  const id = uuidv7({ msecs: now.getTime() });
  const draft = draftSession(id, who.device, now);
  const { provider, subject, avatarUrl } = who;
  const person = { id, username: name.data };
  const audit = { actor: person, target: asTarget(person), detail: { by: provider }, ip: who.device.ip };
  try {
    const account = await context.accounts.create(
      {
        ...person,
        nameKey: foldUsername(name.data),
        displayName: who.displayName,
        avatarUrl,
        kind: 'member',
        role: 'user',
        passwordHash: null,
        identity: { provider, subject },
        createdAt: now,
      },
      { session: draft.session, audit: [{ ...audit, action: 'account.created' }] },
    );
    return await handOut(context, { account, ...draft });
  } catch (err) {
    if (err instanceof AppError && err.code === 'username_taken') return undefined;
    throw err;
  }
}
