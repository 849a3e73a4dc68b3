import { deleteMessage, editMessage, reactToMessage } from '../../commands/change-message.js';
import type { MessageAnswer } from '../../commands/send-message.js';
import { messageAck } from '../../fanout/frames.js';
import { encodeTextFrame } from '../frame-encoding.js';
import type { FrameHandler } from '../frame-handler.js';
import type { OpenSession } from '../open-session.js';
import { requesterOf } from '../requester.js';
import type { SocketContext } from '../socket-context.js';

export const editMessageFrame: FrameHandler<'message.edit'> = async (context, session, { id, roomId, seq, text }) => {
  const requester = await requesterOf(context, session, id);
  acknowledge(context, session, id, await editMessage(context, requester, { roomId, seq, text }));
};

export const deleteMessageFrame: FrameHandler<'message.delete'> = async (context, session, { id, roomId, seq }) => {
  const requester = await requesterOf(context, session, id);
  acknowledge(context, session, id, await deleteMessage(context, requester, { roomId, seq }));
};

export const reactFrame: FrameHandler<'message.react'> = async (context, session, { id, roomId, seq, emoji, on }) => {
  const requester = await requesterOf(context, session, id);
  await reactToMessage(context, requester, { roomId, seq, emoji, on });
  context.metrics.acks.inc();
  session.connection.send({ type: 'ack', id });
};

function acknowledge({ metrics }: SocketContext, session: OpenSession, id: string, { messageJson }: MessageAnswer): void {
  metrics.acks.inc();
  session.write(encodeTextFrame(messageAck(id, messageJson)));
}
