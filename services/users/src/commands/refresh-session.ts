import type { Credentials, Device } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { UsersContext } from '../context.js';
import { createRefreshToken, hashRefreshToken } from '../credentials/refresh-tokens.js';
import type { AuditDraft } from '../domain/audit.js';
import { type Session, sessionExpiry } from '../domain/session.js';
import { endSession } from './end-session.js';
import { handOut } from './open-session.js';

/**
 * Trades a refresh token for new credentials of the same session; the token is void from then on. One that was used
 * before has been copied by somebody: its session ends, whoever holds the newest token.
 * @throws AppError `unauthenticated` for a used, unknown or expired token; `unavailable` when the revocation could not
 * be made known
 */
export async function refreshSession(context: UsersContext, refreshToken: string, device: Device): Promise<Credentials> {
  const next = createRefreshToken();
  const now = context.now();
  const outcome = await context.sessions.rotate(hashRefreshToken(refreshToken), next.hash, now, sessionExpiry(now));
  switch (outcome.state) {
    case 'rotated':
      return handOut(context, { ...outcome, refreshToken: next.token });
    case 'reused':
      context.logger.warn({ sessionId: outcome.sessionId }, 'a used refresh token came back: its session is revoked');
      await endSession(context, outcome.sessionId, reuseOf(device));
      throw new AppError('unauthenticated');
    case 'refused':
      throw new AppError('unauthenticated');
    default:
      return outcome satisfies never;
  }
}

/** Who came with the old token may be the thief or the owner: the log names the session, and from where it was tried. */
const reuseOf =
  ({ ip }: Device) =>
  ({ id, userId }: Session): AuditDraft => ({
    action: 'refresh_token.reused',
    actor: null,
    target: { kind: 'session', id, name: null },
    detail: { userId },
    ip,
  });
