import type { UsersChanges } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { type AnyDraft, type Numbered, recordChanges } from '@brook/common/streams';
import { type Account, toUser } from '../domain/account.js';
import type { AuditDraft } from '../domain/audit.js';
import { lookAlikeKey } from '../domain/look-alike.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import { hashOf, lockAccount, takenName } from './account-repository.js';
import { recordAudit } from './audit-repository.js';
import { type Db, isDuplicate } from './prisma.js';

/** What a change did: the account after it, the sessions that it ended, and what the feed says of it. */
export interface Changed {
  account: Account;
  ended: { id: string; userId: string }[];
  changes: Numbered[];
}

/** What a decision about a locked account leads to. */
interface Decision {
  /** The account as it shall be; the same object when it stays. */
  account: Account;
  /** The folded form of a new name. */
  nameKey?: string;
  /** Ends every session, but this one where given. */
  end?: { except: string | null };
  /** Absent when nothing changes. */
  audit?: AuditDraft;
}

/** Which account, and when. */
export interface ChangeRequest {
  userId: string;
  now: Date;
}

/** Changes of accounts that end sessions or change what a person may do; each in one transaction, with its line in the audit log. */
export class AccountChanges {
  readonly #prisma: PrismaClient;
  readonly #partitions: number;

  constructor(prisma: PrismaClient, partitions: number) {
    this.#prisma = prisma;
    this.#partitions = partitions;
  }

  /**
   * Locks the account, asks `decide` and does what it says. A profile that others see is announced.
   * @throws AppError `not_found`, `username_taken`, and whatever `decide` throws; then nothing was changed
   */
  async change(
    { userId, now }: ChangeRequest,
    decide: (account: Account, tx: Db) => Promise<Decision> | Decision,
  ): Promise<Changed> {
    try {
      return await this.#prisma.$transaction(async (tx) => {
        const before = await lockAccount(tx, userId);
        if (before === null) throw new AppError('not_found', 'there is no such person');
        const { account, nameKey, end, audit } = await decide(before, tx);
        if (account !== before) await saveAccount(tx, account, nameKey);
        const ended = end ? await endSessions(tx, { userId, except: end.except, now }) : [];
        if (audit) await recordAudit(tx, audit, now);
        const drafts = draftsOf(before, account, end, ended.length > 0);
        return { account, ended, changes: await recordChanges(tx, this.#partitions, drafts) };
      });
    } catch (err) {
      throw takenName(err);
    }
  }
}

/** Replaces the password, unless another one than `checkedHash` stands by now. @throws AppError `invalid_credentials` */
export async function replacePassword(
  tx: Db,
  userId: string,
  { checkedHash, passwordHash }: Record<'checkedHash' | 'passwordHash', string>,
): Promise<void> {
  if ((await hashOf(tx, userId)) !== checkedHash) throw new AppError('invalid_credentials');
  await tx.credential.update({ where: { userId }, data: { passwordHash } });
}

/** Gives a password to an account that had none. */
export async function addPassword(tx: Db, userId: string, passwordHash: string): Promise<void> {
  await tx.credential.create({ data: { userId, passwordHash } });
}

/** Ties an identity to the account. @throws AppError `conflict` when either already has another one */
export async function addIdentity(
  tx: Db,
  userId: string,
  identity: { provider: string; subject: string },
  now: Date,
): Promise<void> {
  try {
    await tx.identity.create({ data: { ...identity, userId, createdAt: now } });
  } catch (err) {
    if (isDuplicate(err)) throw new AppError('conflict', 'this identity, or this account, is linked already', { cause: err });
    throw err;
  }
}

/** One at a time decides about the number of admins. */
const ADMINS_LOCK = 5_150_417;

/** How many admins there are who are not blocked; that number stays until the transaction ends. */
export async function activeAdmins(tx: Db): Promise<number> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${ADMINS_LOCK}::bigint)`;
  return tx.account.count({ where: { role: 'admin', blockedAt: null } });
}

async function saveAccount(tx: Db, account: Account, nameKey: string | undefined): Promise<void> {
  const { id, username, displayName, avatarUrl, kind, role, version, blockedAt } = account;
  const keys = nameKey === undefined ? {} : { nameKey, lookKey: lookAlikeKey(nameKey) };
  const data = { username, displayName, avatarUrl, kind, role, version, blockedAt, ...keys };
  await tx.account.update({ where: { id }, data });
}

/** Ends the live sessions of a person and answers with every one that gateways could still believe in. */
async function endSessions(tx: Db, { userId, except, now }: { userId: string; except: string | null; now: Date }) {
  const others = except === null ? {} : { id: { not: except } };
  await tx.session.updateMany({ where: { userId, revokedAt: null, ...others }, data: { revokedAt: now } });
  return tx.session.findMany({ where: { userId, expiresAt: { gt: now }, ...others }, select: { id: true, userId: true } });
}

function draftsOf(before: Account, after: Account, end: Decision['end'], some: boolean): AnyDraft<UsersChanges>[] {
  const { id } = after;
  const drafts: AnyDraft<UsersChanges>[] = [];
  if (after.version !== before.version) drafts.push({ type: 'user.updated', key: id, data: { user: toUser(after) } });
  if (end && some) drafts.push({ type: 'sessions.revoked', key: id, data: { userId: id, exceptSessionId: end.except } });
  return drafts;
}
