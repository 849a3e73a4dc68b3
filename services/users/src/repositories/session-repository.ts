import type { UsersChanges } from '@brook/common/contracts';
import { type AnyDraft, type Numbered, recordChanges } from '@brook/common/streams';
import type { Account } from '../domain/account.js';
import type { AuditDraft } from '../domain/audit.js';
import type { Session } from '../domain/session.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import { hashOf, lockAccount } from './account-repository.js';
import { recordAudit } from './audit-repository.js';
import type { PageRequest } from './page.js';
import type { Db } from './prisma.js';

/** What a new session needs; `refreshHash` is the hash of its first refresh token. */
export interface NewSession {
  id: string;
  userId: string;
  userAgent: string;
  ip: string | null;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  refreshHash: Uint8Array<ArrayBuffer>;
}

/** What became of a refresh token that was handed in. */
export type Rotation =
  | { state: 'rotated'; session: Session; account: Account }
  /** It was used before: somebody else has it too. */
  | { state: 'reused'; sessionId: string }
  /** Never issued, or its session has ended. */
  | { state: 'refused' };

/** Sessions and their refresh tokens. */
export class SessionRepository {
  readonly #prisma: PrismaClient;
  readonly #partitions: number;

  constructor(prisma: PrismaClient, partitions: number) {
    this.#prisma = prisma;
    this.#partitions = partitions;
  }

  /**
   * Stores a session unless its person was blocked, or got another password than the one that was checked, meanwhile:
   * the account's lock orders this with whatever ends all of its sessions.
   * @returns what stood in the way
   */
  open(
    { refreshHash, ...session }: NewSession,
    checkedHash: string | null,
    audit: AuditDraft,
  ): Promise<'opened' | 'blocked' | 'stale'> {
    const tokens = { create: { hash: refreshHash, createdAt: session.createdAt } };
    return this.#prisma.$transaction(async (tx) => {
      const account = await lockAccount(tx, session.userId);
      if (account === null) return 'stale';
      if (account.blockedAt !== null) return 'blocked';
      if (checkedHash !== null && (await hashOf(tx, session.userId)) !== checkedHash) return 'stale';
      await tx.session.create({ data: { ...session, tokens } });
      await recordAudit(tx, audit, session.createdAt);
      return 'opened';
    });
  }

  /** A person's live sessions, newest first. */
  async live(userId: string, now: Date, { cursor, limit }: PageRequest): Promise<Session[]> {
    const before = cursor === undefined ? {} : { id: { lt: cursor } };
    return this.#prisma.session.findMany({
      where: { userId, revokedAt: null, expiresAt: { gt: now }, ...before },
      orderBy: { id: 'desc' },
      take: limit,
    });
  }

  find(id: string): Promise<Session | null> {
    return this.#prisma.session.findUnique({ where: { id } });
  }

  /**
   * Trades a refresh token for the next one. Of two that hand in the same token at once the row lock lets one
   * win; the other finds it used.
   */
  rotate(given: Uint8Array<ArrayBuffer>, next: Uint8Array<ArrayBuffer>, now: Date, expiresAt: Date): Promise<Rotation> {
    return this.#prisma.$transaction(async (tx): Promise<Rotation> => {
      const { count } = await tx.refreshToken.updateMany({ where: { hash: given, usedAt: null }, data: { usedAt: now } });
      const token = await tx.refreshToken.findUnique({ where: { hash: given }, select: { sessionId: true } });
      if (token === null) return { state: 'refused' };
      if (count === 0) return { state: 'reused', sessionId: token.sessionId };
      return extend(tx, token.sessionId, { next, now, expiresAt });
    });
  }

  /**
   * Ends a session, with a numbered change when this call ended it: none for one that had ended before.
   * @returns null when there never was such a session
   */
  revoke(
    id: string,
    now: Date,
    audit?: (session: Session) => AuditDraft,
  ): Promise<{ session: Session; changes: Numbered[] } | null> {
    return this.#prisma.$transaction(async (tx) => {
      const { count } = await tx.session.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: now } });
      const session = await tx.session.findUnique({ where: { id } });
      if (session === null) return null;
      if (count === 0) return { session, changes: [] };
      if (audit) await recordAudit(tx, audit(session), now);
      return { session, changes: await recordChanges(tx, this.#partitions, [revoked(session.userId, id)]) };
    });
  }

  /** Sessions revoked since `since`, by id above `after`. */
  revokedSince(since: Date, after: string, limit: number): Promise<Session[]> {
    return this.#prisma.session.findMany({
      where: { revokedAt: { gte: since }, id: { gt: after } },
      orderBy: { id: 'asc' },
      take: limit,
    });
  }

  /** Removes sessions, with their tokens, that expired before `before`. @returns how many */
  async removeExpired(before: Date): Promise<number> {
    const { count } = await this.#prisma.session.deleteMany({ where: { expiresAt: { lt: before } } });
    return count;
  }
}

const revoked = (userId: string, sessionId: string): AnyDraft<UsersChanges> => ({
  type: 'session.revoked',
  key: userId,
  data: { userId, sessionId },
});

interface Extension {
  next: Uint8Array<ArrayBuffer>;
  now: Date;
  expiresAt: Date;
}

/** Lengthens a live session and gives it its next token. */
async function extend(tx: Db, sessionId: string, { next, now, expiresAt }: Extension): Promise<Rotation> {
  const { count } = await tx.session.updateMany({
    where: { id: sessionId, revokedAt: null, expiresAt: { gt: now } },
    data: { lastUsedAt: now, expiresAt },
  });
  if (count === 0) return { state: 'refused' };
  await tx.refreshToken.create({ data: { hash: next, sessionId, createdAt: now } });
  const { account, ...session } = await tx.session.findUniqueOrThrow({ where: { id: sessionId }, include: { account: true } });
  return { state: 'rotated', session, account };
}
