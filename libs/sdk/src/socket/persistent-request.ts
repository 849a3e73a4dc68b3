import { fullJitter, pause } from '../backoff.js';
import { type BrookError, toBrookError } from '../errors.js';
import type { Connection, Question } from './connection.js';
import type { Ack } from './pending-answers.js';

const ATTEMPTS = 3;
const BACKOFF = { baseMs: 200, capMs: 3_000 };

/**
 * Asks a question that may be asked twice, for being done twice it comes to the same: up to three times, on the next
 * connection where one was lost before the answer (after at most `waitMs` without any), and a little later where the
 * server could not do it just now. @throws BrookError the last refusal
 */
export async function requestPersistently(connection: Connection, question: Question, waitMs: number): Promise<Ack> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await connection.request(question);
    } catch (thrown) {
      const error = toBrookError(thrown);
      if (attempt === ATTEMPTS || !(await mayAskAgain(connection, error, { attempt, waitMs }))) throw error;
    }
  }
}

async function mayAskAgain(
  connection: Connection,
  error: BrookError,
  { attempt, waitMs }: { attempt: number; waitMs: number },
): Promise<boolean> {
  if (error.code === 'disconnected') return online(connection, waitMs);
  if (error.code !== 'unavailable' && error.code !== 'overloaded') return false;
  await pause(Math.min(error.retryAfterMs ?? 0, BACKOFF.capMs) + fullJitter(attempt, BACKOFF));
  return true;
}

/** Whether there is a connection within `waitMs`; false at once where nobody tries to make one. */
function online(connection: Connection, waitMs: number): Promise<boolean> {
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
