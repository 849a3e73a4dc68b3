import type { UsersChanges } from '@brook/common/contracts';
import { type AnyDraft, type Numbered, recordChanges } from '@brook/common/streams';
import type { Account } from '../domain/account.js';
import type { Session } from '../domain/session.js';
import type { PrismaClient } from '../generated/prisma/client.js';
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

  async create({ refreshHash, ...session }: NewSession): Promise<void> {
    const tokens = { create: { hash: refreshHash, createdAt: session.createdAt } };
    await this.#prisma.session.create({ data: { ...session, tokens } });
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
  revoke(id: string, now: Date): Promise<{ session: Session; changes: Numbered[] } | null> {
    return this.#prisma.$transaction(async (tx) => {
      const { count } = await tx.session.updateMany({ where: { id, revokedAt: null }, data: { revokedAt: now } });
      const session = await tx.session.findUnique({ where: { id } });
      if (session === null) return null;
      const { userId } = session;
      const drafts = count === 0 ? [] : [revoked(userId, id)];
      return { session, changes: await recordChanges(tx, this.#partitions, drafts) };
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
