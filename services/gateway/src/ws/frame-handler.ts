import type { ClientFrame, ClientFrameType } from '@brook/common/contracts';
import type { OpenSession } from './open-session.js';
import type { SocketContext } from './socket-context.js';

/** Handles one valid frame of a signed-in connection. A thrown AppError is answered as an error frame with the frame's id. */
export type FrameHandler<T extends ClientFrameType> = (
  context: SocketContext,
  session: OpenSession,
  frame: ClientFrame<T>,
) => Promise<void> | void;
