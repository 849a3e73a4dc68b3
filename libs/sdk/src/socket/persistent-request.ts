import { fullJitter, pause } from '../backoff.js';
import { type BrookError, toBrookError } from '../errors.js';
import type { Connection, Question } from './connection.js';
import type { Ack } from './pending-answers.js';

/** Errors that leave open whether it was done. */
const UNSURE: ReadonlySet<string> = new Set(['disconnected', 'timeout', 'unavailable', 'internal']);
const ATTEMPTS = 3;
const BACKOFF = { baseMs: 200, capMs: 3_000 };

/** What is needed of a connection. */
type Asked = Pick<Connection, 'request' | 'on' | 'state'>;

/**
 * Asks a question that may be asked twice, for being done twice it comes to the same: up to three times, on the next
 * connection where one was lost before the answer (after at most `waitMs` without any), and a little later where the
 * server could not do it just now.
 * @throws BrookError the last refusal; but one that only says "not now" (`overloaded`) gives way to an earlier one that
 * leaves open whether it was done, for whoever reads `overloaded` takes it for not done
 */
export async function requestPersistently(connection: Asked, question: Question, waitMs: number): Promise<Ack> {
  let unsure: BrookError | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      return await connection.request(question);
    } catch (thrown) {
      const error = toBrookError(thrown);
      if (UNSURE.has(error.code)) unsure = error;
      if (attempt === ATTEMPTS || !(await mayAskAgain(connection, error, { attempt, waitMs })))
        throw error.retryable ? (unsure ?? error) : error;
    }
  }
}

async function mayAskAgain(
  connection: Asked,
  error: BrookError,
  { attempt, waitMs }: { attempt: number; waitMs: number },
): Promise<boolean> {
  if (error.code === 'disconnected') return online(connection, waitMs);
  if (error.code !== 'unavailable' && error.code !== 'overloaded') return false;
  await pause(Math.min(error.retryAfterMs ?? 0, BACKOFF.capMs) + fullJitter(attempt, BACKOFF));
  return true;
}

/** Whether there is a connection within `waitMs`; false at once where nobody tries to make one. */
function online(connection: Asked, waitMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (outcome: boolean) => {
      clearTimeout(timer);
      off();
      resolve(outcome);
    };
    const timer = setTimeout(() => end(false), waitMs);
    const look = ({ status } = connection.state) => {
      if (status === 'online') end(true);
      else if (status === 'idle' || status === 'closed') end(false);
    };
    const off = connection.on('state', look);
    look();
  });
}
