import { randomBytes } from 'node:crypto';
import { type Credentials, foldUsername, username as usernameSchema } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { UsersContext } from '../context.js';
import { type Account, upgradeGuest } from '../domain/account.js';
import { asTarget } from '../domain/audit.js';
import { nameCandidates } from '../domain/name-candidates.js';
import { addIdentity } from '../repositories/account-changes.js';
import { enterWithIdentity, type Identified } from './enter-with-identity.js';
import { makeKnown } from './make-known.js';
import { openFor } from './open-stored.js';

/** Somebody who signs in on another site, in the widget. */
export interface VisitorIdentified extends Identified {
  /** The account of the session that the visitor has there; null without one. */
  visitorId: string | null;
}

/**
 * Opens a session for the widget. An identity that has no account yet becomes that of the visitor's guest account, which
 * keeps its id and so its conversation; one that has an account opens that.
 * @throws AppError `forbidden` for an admin: scripts of another site are not to hold such a session; `blocked`,
 * `username_taken`, `unavailable`
 */
export async function enterAsVisitor(context: UsersContext, who: VisitorIdentified): Promise<Credentials> {
  const { provider, subject, device, visitorId } = who;
  const known = await context.accounts.findByIdentity(provider, subject);
  if (known?.role === 'admin') throw new AppError('forbidden', 'an admin does not sign in on other sites');
  const settled = known === null && visitorId !== null ? await settle(context, who, visitorId) : undefined;
  if (settled) return openFor(context, { account: settled, device, checkedHash: null, by: provider });
  return enterWithIdentity(context, who);
}

/** The guest as a member with this identity, under the first free name; undefined for who is no guest, or not any more. */
async function settle(context: UsersContext, who: Identified, guestId: string): Promise<Account | undefined> {
  const [guest] = await context.accounts.findMany([guestId]);
  if (guest?.kind !== 'guest') return undefined;
  for (const wanted of nameCandidates(who.login, randomBytes(16))) {
    const name = usernameSchema.safeParse(wanted);
    if (!name.success) continue;
    try {
      return await settleAs(context, who, { guestId, username: name.data });
    } catch (err) {
      if (!(err instanceof AppError)) throw err;
      // Both at once in two tabs: the other one settled the guest, or took the identity.
      if (err.code === 'conflict') return undefined;
      if (err.code !== 'username_taken') throw err;
    }
  }
  throw new AppError('username_taken');
}

async function settleAs(
  context: UsersContext,
  who: Identified,
  { guestId, username }: Record<'guestId' | 'username', string>,
): Promise<Account> {
  const { provider, subject, displayName, avatarUrl, device } = who;
  const now = context.now();
  const changed = await context.accountChanges.change({ userId: guestId, now }, async (account, tx) => {
    if (account.kind !== 'guest') throw new AppError('conflict', 'this account is a member already');
    if (account.blockedAt !== null) throw new AppError('blocked');
    await addIdentity(tx, guestId, { provider, subject }, now);
    const member = { ...upgradeGuest(account, username), displayName, avatarUrl };
    const person = asTarget(member);
    const audit = { action: 'account.upgraded' as const, actor: member, target: person, detail: { by: provider }, ip: device.ip };
    return { account: member, nameKey: foldUsername(username), audit };
  });
  await makeKnown(context, changed);
  return changed.account;
}
