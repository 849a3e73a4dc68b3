import { AppError } from '@brook/common/errors';
import type { FrameHandler } from '../frame-handler.js';

/** Extends the session of this socket in place. The token must be of the same person; a bad one leaves everything as it was. */
export const renewSession: FrameHandler<'auth'> = async ({ sessions, revocations }, session, { id, token }) => {
  const begun = performance.now();
  const renewed = await sessions.verify(token);
  if (renewed.userId !== session.userId) throw new AppError('forbidden', 'this token belongs to somebody else');
  if (revocations.revokedSince(renewed, begun)) throw new AppError('unauthenticated', 'the session has ended');
  session.renew(renewed);
  session.connection.send({ type: 'ack', id });
};
