import { AppError } from '@brook/common/errors';
import type { UsersContext } from '../context.js';

/**
 * Ends a session: when this resolves, no gateway takes its tokens any more. Ending it again, or one that never was, is
 * no error; the mark in the read model is written each time, so that a failed call can be repeated.
 * @throws AppError `unavailable` when the mark could not be written: the session has ended, but gateways may not know
 */
export async function endSession(context: UsersContext, sessionId: string): Promise<void> {
  const ended = await context.sessions.revoke(sessionId, context.now());
  if (ended === null) return;
  const [marked] = await Promise.allSettled([
    context.sessionCache.putRevoked(ended.session),
    context.publisher.publish(ended.changes),
  ]);
  if (marked.status === 'rejected') throw new AppError('unavailable', undefined, { cause: marked.reason, retryAfterMs: 1_000 });
}
