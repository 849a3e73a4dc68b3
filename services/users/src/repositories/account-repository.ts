import { foldUsername } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { Account } from '../domain/account.js';
import type { AuditDraft } from '../domain/audit.js';
import { lookAlikeKey } from '../domain/look-alike.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import { auditRow } from './audit-repository.js';
import type { NewSession } from './session-repository.js';
import type { PageRequest } from './page.js';
import { type Db, isDuplicate, isTaken } from './prisma.js';

/** What a new account needs; a guest's `passwordHash` is null. */
export interface NewAccount {
  id: string;
  username: string;
  nameKey: string;
  displayName: string;
  kind: Account['kind'];
  role: Account['role'];
  passwordHash: string | null;
  /** Who the person is at another provider. */
  identity?: { provider: string; subject: string };
  avatarUrl?: string | null;
  createdAt: Date;
}

/** What is stored together with a new account. */
export interface FirstOf {
  session?: NewSession;
  audit?: AuditDraft[];
}

/** An id that no account has. */
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Accounts and their credentials. */
export class AccountRepository {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  /**
   * Stores an account, its credential, its identity elsewhere, its first session and a line of the audit log, each where
   * given: all or nothing.
   * @throws AppError `username_taken` when the folded name, or one that looks like it, exists, also when two sign up at once;
   * `conflict` when the identity has an account
   */
  async create({ passwordHash, identity, ...account }: NewAccount, { session, audit }: FirstOf = {}): Promise<Account> {
    const stored = this.#prisma.account.create({
      data: {
        ...account,
        lookKey: lookAlikeKey(account.nameKey),
        ...(passwordHash === null ? {} : { credential: { create: { passwordHash } } }),
        ...(identity === undefined ? {} : { identities: { create: { ...identity, createdAt: account.createdAt } } }),
        ...(session === undefined ? {} : { sessions: { create: firstSession(session) } }),
      },
    });
    const lines = (audit ?? []).map((draft) => this.#prisma.auditEntry.create({ data: auditRow(draft, account.createdAt) }));
    try {
      return (await this.#prisma.$transaction([stored, ...lines]))[0] as Account;
    } catch (err) {
      const refusal = takenName(err);
      if (refusal === err && identity !== undefined && isDuplicate(err))
        throw new AppError('conflict', undefined, { cause: err });
      throw refusal;
    }
  }

  /** The account with this folded name. */
  findByName(nameKey: string): Promise<Account | null> {
    return this.#prisma.account.findUnique({ where: { nameKey } });
  }

  /** The account and its password hash (null for a guest) by folded name; as many queries for a name that nobody has. */
  async findForLogIn(nameKey: string): Promise<{ account: Account; passwordHash: string | null } | null> {
    const account = await this.#prisma.account.findUnique({ where: { nameKey } });
    const credential = await this.#prisma.credential.findUnique({ where: { userId: account?.id ?? NOBODY } });
    return account && { account, passwordHash: credential?.passwordHash ?? null };
  }

  /** The account and its password hash (null without one) by id. */
  async findWithHash(id: string): Promise<{ account: Account; passwordHash: string | null } | null> {
    const found = await this.#prisma.account.findUnique({ where: { id }, include: { credential: true } });
    if (!found) return null;
    const { credential, ...account } = found;
    return { account, passwordHash: credential?.passwordHash ?? null };
  }

  /** The account that this identity at another provider belongs to. */
  async findByIdentity(provider: string, subject: string): Promise<Account | null> {
    const found = await this.#prisma.identity.findUnique({
      where: { provider_subject: { provider, subject } },
      include: { account: true },
    });
    return found?.account ?? null;
  }

  /** Accounts whose name or display name holds `query`, newest first, from the one before `cursor`. */
  async search(query: string, { cursor, limit }: PageRequest): Promise<Account[]> {
    const rows = await this.#prisma.$queryRaw<{ id: string }[]>`
      SELECT id FROM accounts
      WHERE (${query} = '' OR strpos(name_key, ${foldUsername(query)}) > 0 OR strpos(lower(display_name), lower(${query})) > 0)
        AND (${cursor ?? null}::uuid IS NULL OR id < ${cursor ?? null}::uuid)
      ORDER BY id DESC LIMIT ${limit}::int`;
    const ids = rows.map(({ id }) => id);
    return this.#prisma.account.findMany({ where: { id: { in: ids } }, orderBy: { id: 'desc' } });
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

/** The account's password hash; null without one. */
export async function hashOf(tx: Db, userId: string): Promise<string | null> {
  return (await tx.credential.findUnique({ where: { userId } }))?.passwordHash ?? null;
}

/** Stores what `updateProfile` decided. */
export async function saveProfile(tx: Db, account: Account): Promise<void> {
  const { displayName, avatarUrl, version } = account;
  await tx.account.update({ where: { id: account.id }, data: { displayName, avatarUrl, version } });
}

/** The refusal that a violated index of names means; anything else as it is. */
export function takenName(err: unknown): unknown {
  const taken = isTaken(err, 'name_key') || isTaken(err, 'look_key');
  return taken ? new AppError('username_taken', undefined, { cause: err }) : err;
}

const firstSession = ({ refreshHash, userId: _owner, ...session }: NewSession) => ({
  ...session,
  tokens: { create: { hash: refreshHash, createdAt: session.createdAt } },
});
