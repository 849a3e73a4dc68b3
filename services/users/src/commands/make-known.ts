import { AppError } from '@brook/common/errors';
import type { UsersContext } from '../context.js';
import type { Changed } from '../repositories/account-changes.js';

/**
 * Makes a committed change known: when this resolves, no gateway takes a session that it ended, and every gateway reads
 * the account as it is now. Repeating the call that led here repairs what failed.
 * @throws AppError `unavailable` when the read model could not be written: it is committed, but gateways may not know
 */
export async function makeKnown(
  { userCache, sessionCache, publisher }: Pick<UsersContext, 'userCache' | 'sessionCache' | 'publisher'>,
  { account, ended, changes }: Changed,
): Promise<void> {
  const written = [userCache.put(account), ...ended.map((session) => sessionCache.putRevoked(session))];
  const outcomes = await Promise.allSettled([...written, publisher.publish(changes)]);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed) throw new AppError('unavailable', undefined, { cause: failed.reason, retryAfterMs: 1_000 });
}
