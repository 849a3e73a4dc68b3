import type { FrameHandler } from '../frame-handler.js';

/** Passes on that a person types, to whom may write there; at most every 2 s, and without an answer. */
export const typing: FrameHandler<'typing'> = async ({ access, profiles, signals }, session, { roomId }) => {
  const admin = session.role === 'admin';
  await access.check(session.userId, roomId, 'message.send', { admin, from: 'memory' });
  if (!session.typing.pass(roomId, performance.now())) return;
  signals.send({ type: 'typing', roomId, user: await profiles.user(session.userId) });
};
