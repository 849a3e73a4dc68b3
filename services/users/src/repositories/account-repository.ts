import { AppError } from '@brook/common/errors';
import type { Account } from '../domain/account.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { NewSession } from './session-repository.js';
import { type Db, isTaken } from './prisma.js';

/** What a new account needs; a guest's `passwordHash` is null. */
export interface NewAccount {
  id: string;
  username: string;
  nameKey: string;
  displayName: string;
  kind: Account['kind'];
  role: Account['role'];
  passwordHash: string | null;
  createdAt: Date;
}

/** Accounts and their credentials. */
export class AccountRepository {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  /**
   * Stores an account, its credential and, where given, its first session: all or nothing.
   * @throws AppError `username_taken` when the folded name exists, also when two sign up at once
   */
  async create({ passwordHash, ...account }: NewAccount, session?: NewSession): Promise<Account> {
    try {
      return await this.#prisma.account.create({
        data: {
          ...account,
          ...(passwordHash === null ? {} : { credential: { create: { passwordHash } } }),
          ...(session === undefined ? {} : { sessions: { create: firstSession(session) } }),
        },
      });
    } catch (err) {
      if (isTaken(err, 'name_key')) throw new AppError('username_taken', undefined, { cause: err });
      throw err;
    }
  }

  /** The account with this folded name. */
  findByName(nameKey: string): Promise<Account | null> {
    return this.#prisma.account.findUnique({ where: { nameKey } });
  }

  /** The account and its password hash (null for a guest) by folded name. */
  async findForLogIn(nameKey: string): Promise<{ account: Account; passwordHash: string | null } | null> {
    const found = await this.#prisma.account.findUnique({ where: { nameKey }, include: { credential: true } });
    if (!found) return null;
    const { credential, ...account } = found;
    return { account, passwordHash: credential?.passwordHash ?? null };
  }

  /** Those of the accounts that exist, in no order. */
  findMany(ids: string[]): Promise<Account[]> {
    return this.#prisma.account.findMany({ where: { id: { in: ids } } });
  }

  countAdmins(): Promise<number> {
    return this.#prisma.account.count({ where: { role: 'admin' } });
  }
}

/** Reads an account inside a transaction and keeps others from changing it until that ends. */
export async function lockAccount(tx: Db, id: string): Promise<Account | null> {
  await tx.$queryRaw`SELECT 1 FROM accounts WHERE id = ${id}::uuid FOR UPDATE`;
  return tx.account.findUnique({ where: { id } });
}

/** Stores what `updateProfile` decided. */
export async function saveProfile(tx: Db, account: Account): Promise<void> {
  const { displayName, avatarUrl, version } = account;
  await tx.account.update({ where: { id: account.id }, data: { displayName, avatarUrl, version } });
}

const firstSession = ({ refreshHash, userId: _owner, ...session }: NewSession) => ({
  ...session,
  tokens: { create: { hash: refreshHash, createdAt: session.createdAt } },
});
