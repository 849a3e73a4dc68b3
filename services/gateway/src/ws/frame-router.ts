import type { ClientFrame, ClientFrameType } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { answerError } from './answer-error.js';
import type { FrameHandler } from './frame-handler.js';
import { renewSession } from './handlers/auth.js';
import { deleteMessageFrame, editMessageFrame, reactFrame } from './handlers/change-message.js';
import { markReadFrame } from './handlers/mark-read.js';
import { pong } from './handlers/ping.js';
import { sendMessageFrame } from './handlers/send-message.js';
import { subscribe, unsubscribe } from './handlers/subscribe.js';
import { typing } from './handlers/typing.js';
import type { OpenSession } from './open-session.js';
import type { SocketContext } from './socket-context.js';

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
