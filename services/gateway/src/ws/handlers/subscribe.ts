import { type ClientFrame, LIMITS } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { answerError } from '../answer-error.js';
import type { FrameHandler } from '../frame-handler.js';
import type { OpenSession } from '../open-session.js';
import type { SocketContext } from '../socket-context.js';

/** Subscribes; a second time on the same socket answers anew, and stays one subscription. */
export const subscribe: FrameHandler<'room.subscribe'> = (context, session, frame) =>
  session.subscribes.run(frame.roomId, async () => {
    try {
      await session.answers.run(() => answer(context, session, frame));
    } catch (err) {
      answerError(context, session, frame, err);
    }
  });

async function answer(
  { access, registry, presence, metrics, ahead }: SocketContext,
  session: OpenSession,
  frame: ClientFrame<'room.subscribe'>,
): Promise<void> {
  const { id, roomId, since } = frame;
  const existing = session.subscriptions.get(roomId);
  if (!existing && !session.mayListenMore()) throw new AppError('conflict', `at most ${LIMITS.subscriptions} rooms a connection`);
  await session.connection.ready();
  const asked = ahead.of(frame);
  const subscription = await registry.subscribe(session, {
    id,
    roomId,
    since: since ?? undefined,
    existing,
    ahead: asked?.history,
    check: async () => {
      await asked?.standing;
      const admin = session.role === 'admin';
      return (await access.check(session.userId, roomId, 'room.subscribe', { admin, from: 'memory' })).room;
    },
  });
  metrics.acks.inc();
  session.listen(roomId, subscription, registry);
  presence.greet(session, roomId);
}

/** Ends a subscription; without one, that is no fault. */
export const unsubscribe: FrameHandler<'room.unsubscribe'> = ({ registry }, session, { id, roomId }) =>
  session.subscribes.run(roomId, async () => {
    const subscription = session.subscriptions.get(roomId);
    if (subscription) registry.end(roomId, subscription);
    session.subscriptions.delete(roomId);
    session.connection.send({ type: 'ack', id });
  });
