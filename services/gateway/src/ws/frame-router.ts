import type { ClientFrame, ClientFrameType } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { toAppError } from '@brook/common/http';
import { renewSession } from './handlers/auth.js';
import { deleteMessageFrame, editMessageFrame, reactFrame } from './handlers/change-message.js';
import { markReadFrame } from './handlers/mark-read.js';
import { pong } from './handlers/ping.js';
import { sendMessageFrame } from './handlers/send-message.js';
import { subscribe, unsubscribe } from './handlers/subscribe.js';
import { typing } from './handlers/typing.js';
import type { OpenSession } from './open-session.js';
import type { SocketContext } from './socket-context.js';

/** Handles one valid frame of a signed-in connection. A thrown AppError is answered as an error frame with the frame's id. */
export type FrameHandler<T extends ClientFrameType> = (
  context: SocketContext,
  session: OpenSession,
  frame: ClientFrame<T>,
) => Promise<void> | void;

/** One handler for every frame of the protocol: a missing one does not compile. */
const HANDLERS: { [T in ClientFrameType]: FrameHandler<T> } = {
  hello: () => {
    throw new AppError('validation_failed', 'hello was said before; auth extends the session');
  },
  auth: renewSession,
  'room.subscribe': subscribe,
  'room.unsubscribe': unsubscribe,
  'message.send': sendMessageFrame,
  'message.edit': editMessageFrame,
  'message.delete': deleteMessageFrame,
  'message.react': reactFrame,
  'room.read': markReadFrame,
  typing,
  ping: pong,
};

/** Hands a frame to its handler and answers what it throws, with the client's id. Never rejects. */
export async function route(
  context: SocketContext,
  session: OpenSession,
  { frame, id }: { frame: ClientFrame; id: string | undefined },
): Promise<void> {
  try {
    const handler = HANDLERS[frame.type] as FrameHandler<ClientFrameType>;
    await handler(context, session, frame);
  } catch (err) {
    answerError(context, session, { type: frame.type, id }, err);
  }
}

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
