import type { Credentials, Device } from '@brook/common/contracts';
import { v7 as uuidv7 } from 'uuid';
import { warmed } from '../cache/warmed.js';
import type { UsersContext } from '../context.js';
import { ACCESS_TOKEN_SECONDS } from '../credentials/access-tokens.js';
import { createRefreshToken } from '../credentials/refresh-tokens.js';
import { type Account, toUser } from '../domain/account.js';
import { cleanUserAgent, truncateIp } from '../domain/device.js';
import { type Session, sessionExpiry } from '../domain/session.js';
import type { NewSession } from '../repositories/session-repository.js';

/** A session that is not stored yet, with the refresh token that only its owner will know. */
export interface SessionDraft {
  session: NewSession;
  refreshToken: string;
}

/** Prepares a session of this person that begins at `now`. */
export function draftSession(userId: string, device: Device, now: Date): SessionDraft {
  const { token, hash } = createRefreshToken();
  return {
    refreshToken: token,
    session: {
      id: uuidv7({ msecs: now.getTime() }),
      userId,
      userAgent: cleanUserAgent(device.userAgent),
      ip: truncateIp(device.ip),
      createdAt: now,
      lastUsedAt: now,
      expiresAt: sessionExpiry(now),
      refreshHash: hash,
    },
  };
}

/** A stored session to hand out. */
export interface OpenSession {
  account: Account;
  session: Pick<Session, 'id' | 'userId' | 'expiresAt'>;
  refreshToken: string;
}

/**
 * What the gateway hands to the person, once the session is stored: warms the read models first, so that every
 * gateway knows account and session. Without Redis they ask this service instead, so that is no failure.
 */
export async function handOut(context: UsersContext, { account, session, refreshToken }: OpenSession): Promise<Credentials> {
  const now = context.now();
  await warmed(context, [context.userCache.put(account), context.sessionCache.warm({ ...session, revokedAt: null }, now)]);
  return {
    user: toUser(account),
    sessionId: session.id,
    accessToken: await context.tokens.issue({ sub: account.id, sid: session.id }, now),
    expiresIn: ACCESS_TOKEN_SECONDS,
    refreshToken,
  };
}
