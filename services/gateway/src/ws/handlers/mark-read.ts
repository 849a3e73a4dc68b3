import { markRead } from '../../commands/mark-read.js';
import type { FrameHandler } from '../frame-handler.js';
import { requesterOf } from '../requester.js';

/** Moves the person's read marker; answers where the frame has an id. */
export const markReadFrame: FrameHandler<'room.read'> = async (context, session, { id, roomId, seq }) => {
  const { lastReadSeq, unread } = await markRead(context, await requesterOf(context, session, id), { roomId, seq });
  if (id === undefined) return;
  context.metrics.acks.inc();
  session.connection.send({ type: 'ack', id, lastReadSeq, unread });
};
