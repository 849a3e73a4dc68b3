import type { SessionItem } from '@brook/common/contracts';

/** Milliseconds a refresh token, and with it an unused session, is valid. */
const SESSION_MS = 30 * 24 * 60 * 60 * 1000;

/** A person's sign-in on one device. */
export interface Session {
  id: string;
  userId: string;
  userAgent: string;
  ip: string | null;
  createdAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  revokedAt: Date | null;
}

/** When a session used at `now` ends unless it is used again. */
export const sessionExpiry = (now: Date): Date => new Date(now.getTime() + SESSION_MS);

/** Whether the session may still be used. */
export const isLive = (session: Pick<Session, 'expiresAt' | 'revokedAt'>, now: Date): boolean =>
  session.revokedAt === null && session.expiresAt > now;

/** What a person sees of an own session; the gateway knows which one asks. */
export const toSessionItem = (session: Session): SessionItem => ({
  id: session.id,
  userAgent: session.userAgent,
  ip: session.ip,
  createdAt: session.createdAt.toISOString(),
  lastUsedAt: session.lastUsedAt.toISOString(),
  expiresAt: session.expiresAt.toISOString(),
  current: false,
});
