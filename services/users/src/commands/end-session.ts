import type { AuditedBy } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { UsersContext } from '../context.js';
import { type AuditDraft, auditBy } from '../domain/audit.js';
import type { Session } from '../domain/session.js';

/**
 * Ends a session: when this resolves, no gateway takes its tokens any more. Ending it again, or one that never was, is
 * no error; the mark in the read model is written each time, so that a failed call can be repeated.
 * @throws AppError `unavailable` when the mark could not be written: the session has ended, but gateways may not know
 */
export async function endSession(
  context: UsersContext,
  sessionId: string,
  audit?: (session: Session) => AuditDraft,
): Promise<void> {
  const ended = await context.sessions.revoke(sessionId, context.now(), audit);
  if (ended === null) return;
  const [marked] = await Promise.allSettled([
    context.sessionCache.putRevoked(ended.session),
    context.publisher.publish(ended.changes),
  ]);
  if (marked.status === 'rejected') throw new AppError('unavailable', undefined, { cause: marked.reason, retryAfterMs: 1_000 });
}

/** Ends one of a person's own sessions. @throws AppError `not_found` when it is not theirs; `unavailable` as above */
export async function endOwnSession(
  context: UsersContext,
  { sessionId, by }: { sessionId: string; by: AuditedBy },
): Promise<void> {
  const session = await context.sessions.find(sessionId);
  if (session?.userId !== by.id) throw new AppError('not_found', 'there is no such session');
  await endSession(context, sessionId, () => ({
    ...auditBy(by, 'session.revoked'),
    target: { kind: 'session', id: sessionId, name: null },
  }));
}
