import type { AppError } from '@brook/common/errors';
import { toAppError } from '@brook/common/http';
import type { OpenSession } from './open-session.js';
import type { SocketContext } from './socket-context.js';

/** Answers a frame that could not be done; an unexpected fault is logged with its stack. */
export function answerError(
  { logger }: Pick<SocketContext, 'logger'>,
  { connection }: OpenSession,
  { type, id }: { type: string; id?: string | undefined },
  err: unknown,
): AppError {
  const error = toAppError(err);
  if (error.code === 'internal') logger.error({ err, frame: type, connection: connection.id }, 'a frame failed');
  connection.refuse(error, id);
  return error;
}
