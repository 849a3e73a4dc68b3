import { KEEP_CHANGES_MS } from '@brook/common/streams';
import type { UsersContext } from './context.js';
import { utcDay } from './domain/utc-day.js';
import type { CommandResultRepository } from './repositories/command-result-repository.js';

const HOUR_MS = 60 * 60 * 1000;
/** Milliseconds for which the first answer of a command is kept. */
const RESULT_MS = 24 * HOUR_MS;
/** Milliseconds for which an expired session is still known, so that its tokens are told from unknown ones in the log. */
const EXPIRED_SESSION_MS = 24 * HOUR_MS;

/** Removes what has served its time, now and every hour; several replicas may. @returns how to stop it */
export function keepHouse(context: UsersContext, results: CommandResultRepository): () => void {
  const clean = () =>
    cleanOnce(context, results).catch((err: unknown) => context.logger.warn({ err }, 'could not remove old rows'));
  void clean();
  const timer = setInterval(() => void clean(), HOUR_MS);
  return () => clearInterval(timer);
}

/**
 * Removes sessions that expired a day ago, with their tokens, answers of commands older than a day, changes older than a
 * week, and what would tell who visited before today.
 */
export async function cleanOnce(context: UsersContext, results: CommandResultRepository): Promise<void> {
  const { sessions, visits, changes, partitions, now } = context;
  const time = now().getTime();
  await sessions.removeExpired(new Date(time - EXPIRED_SESSION_MS));
  await results.removeOlder(new Date(time - RESULT_MS));
  await changes.trim(partitions, new Date(time - KEEP_CHANGES_MS));
  await visits.forgetBefore(utcDay(new Date(time)));
}
