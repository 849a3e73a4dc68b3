import type { ClientFrame, CommandData } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { startSpan, type TraceSpan } from '@brook/common/tracing';
import { findMentions } from '../../commands/find-mentions.js';
import { type MessageAnswer, messageOf } from '../../commands/send-message.js';
import type { Admission } from '../../commands/send-order.js';
import { messageAck } from '../../fanout/frames.js';
import { encodeTextFrame } from '../frame-encoding.js';
import { answerError } from '../answer-error.js';
import type { FrameHandler } from '../frame-handler.js';
import type { OpenSession } from '../open-session.js';
import type { SocketContext } from '../socket-context.js';

type SendFrame = ClientFrame<'message.send'>;

/**
 * Sends a message. One connection's sends to one room take turns: a turn ends when the command is enqueued or refused, so
 * they enter the stream in the order in which they came, although a check may have to wait. The ack follows the commit.
 */
export const sendMessageFrame: FrameHandler<'message.send'> = (context, session, frame) =>
  session.sends.run(frame.roomId, async () => {
    const begun = performance.now();
    const span = startSpan('frame message.send', { kind: 'server', attributes: { 'brook.room': frame.roomId } });
    let admission: Admission | undefined;
    try {
      admission = session.sendOrder.admit(frame.roomId, frame.clientId);
      const answer = await enqueue(context, session, { frame, admission, traceparent: span?.traceparent });
      void answer.message.then(
        (message) => {
          acknowledge(context, session, { frame, admission: answer.admission, begun }, message);
          span?.end();
        },
        (err: unknown) => refuse(context, session, { frame, admission, span }, err),
      );
    } catch (err) {
      refuse(context, session, { frame, admission, span }, err);
    }
  });

/** Resolves when the command is enqueued; its `message` when it is committed. @throws AppError when it is refused before that */
async function enqueue(
  context: SocketContext,
  { userId, role, sendBucket, sendOrder, connection }: OpenSession,
  { frame, admission, traceparent }: { frame: SendFrame; admission: Admission; traceparent: string | undefined },
): Promise<{ admission: Admission; message: Promise<MessageAnswer> }> {
  const { access, profiles, sendLimits, bus } = context;
  const { id, roomId, clientId, text, replyTo } = frame;
  const admin = role === 'admin';
  const trace = `${connection.id}.${id}`;
  if (!access.known(userId, roomId, 'message.send', { admin }))
    await access.check(userId, roomId, 'message.send', { admin, from: 'memory' });
  const actor = await profiles.user(userId);
  sendLimits.check(roomId, sendBucket);
  const mentions = text.includes('@') ? await findMentions(context, { actor, trace }, { roomId, text }) : undefined;
  // While this one waited for its rights, an earlier one may have been refused.
  if (sendOrder.overtakes(admission)) throw new AppError('retry_order');
  const prev = sendOrder.enqueued(admission);
  const data: CommandData<'messages', 'message.send'> = {
    clientId,
    text,
    replyTo: replyTo ?? null,
    ...(prev ? { prev } : {}),
    ...(mentions ? { mentions } : {}),
  };
  const command = { type: 'message.send', key: roomId, actor, data, trace, traceparent } as const;
  const message = bus.execute('messages', command).then(messageOf);
  return { admission, message };
}

function acknowledge(
  { metrics }: SocketContext,
  session: OpenSession,
  { frame, admission, begun }: { frame: SendFrame; admission: Admission; begun: number },
  { messageJson }: MessageAnswer,
): void {
  metrics.acks.inc();
  session.sendOrder.answered(admission);
  session.write(encodeTextFrame(messageAck(frame.id, messageJson)));
  metrics.sendToAck.observe((performance.now() - begun) / 1_000);
}

function refuse(
  context: SocketContext,
  session: OpenSession,
  { frame, admission, span }: { frame: SendFrame; admission: Admission | undefined; span: TraceSpan | undefined },
  err: unknown,
): void {
  const { code } = answerError(context, session, frame, err);
  span?.end(err);
  if (admission) session.sendOrder.refused(admission, code);
  if (code === 'rate_limited' || code === 'retry_order') session.tooFast();
}
