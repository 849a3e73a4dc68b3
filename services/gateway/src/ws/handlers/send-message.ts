import type { ClientFrame, CommandData, User } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { startSpan, type TraceSpan } from '@brook/common/tracing';
import type { Answer } from '../../commands/command-bus.js';
import { findMentions } from '../../commands/find-mentions.js';
import { messageOf } from '../../commands/send-message.js';
import type { Admission } from '../../commands/send-order.js';
import { messageAck } from '../../fanout/frames.js';
import { encodeTextFrame } from '../frame-encoding.js';
import { answerError } from '../answer-error.js';
import type { FrameHandler } from '../frame-handler.js';
import type { OpenSession } from '../open-session.js';
import type { SocketContext } from '../socket-context.js';

type SendFrame = ClientFrame<'message.send'>;

/** A send on its way, from its turn to its answer. */
interface Sending {
  context: SocketContext;
  session: OpenSession;
  frame: SendFrame;
  /** On the clock of `performance.now()`. */
  begun: number;
  span: TraceSpan | undefined;
  admission: Admission | undefined;
}

/**
 * Sends a message. One connection's sends to one room take turns: a turn ends when the command is enqueued or refused, so
 * they enter the stream in the order in which they came, although a check may have to wait. The ack follows the commit.
 * Where memory tells all that is to be known and nobody waits before it, the turn is over when this returns.
 */
export const sendMessageFrame: FrameHandler<'message.send'> = (context, session, frame) => {
  const actor = session.sends.busy(frame.roomId) ? undefined : knownActor(context, session, frame);
  if (!actor) return session.sends.run(frame.roomId, () => sendWhenKnown(begin(context, session, frame)));
  const sending = begin(context, session, frame);
  try {
    sending.admission = session.sendOrder.admit(frame.roomId, frame.clientId);
    context.sendLimits.check(frame.roomId, session.sendBucket);
    enqueue(sending, sending.admission, actor);
  } catch (err) {
    refuse(sending, err);
  }
};

function begin(context: SocketContext, session: OpenSession, frame: SendFrame): Sending {
  const span = startSpan('frame message.send', { kind: 'server', attributes: { 'brook.room': frame.roomId } });
  return { context, session, frame, begun: performance.now(), span, admission: undefined };
}

/** Who sends, where nothing about this send has to be asked of anybody. */
function knownActor({ access, profiles }: SocketContext, { userId, role }: OpenSession, frame: SendFrame): User | undefined {
  if (mayMention(frame.text) || !access.known(userId, frame.roomId, 'message.send', { admin: role === 'admin' }))
    return undefined;
  return profiles.known(userId);
}

const mayMention = (text: string): boolean => text.includes('@');

/** Never rejects. */
async function sendWhenKnown(sending: Sending): Promise<void> {
  const { context, session, frame } = sending;
  const { access, profiles, sendLimits } = context;
  const { userId, role, sendBucket, sendOrder } = session;
  const { roomId, clientId, text } = frame;
  try {
    const admission = (sending.admission = sendOrder.admit(roomId, clientId));
    await access.check(userId, roomId, 'message.send', { admin: role === 'admin', from: 'memory' });
    const actor = await profiles.user(userId);
    sendLimits.check(roomId, sendBucket);
    const mentions = mayMention(text)
      ? await findMentions(context, { actor, trace: traceOf(sending) }, { roomId, text })
      : undefined;
    // While this one waited for its rights, an earlier one may have been refused.
    if (sendOrder.overtakes(admission)) throw new AppError('retry_order');
    enqueue(sending, admission, actor, mentions);
  } catch (err) {
    refuse(sending, err);
  }
}

const traceOf = ({ session, frame }: Sending): string => `${session.connection.id}.${frame.id}`;

function enqueue(
  sending: Sending,
  admission: Admission,
  actor: User,
  mentions?: CommandData<'messages', 'message.send'>['mentions'],
): void {
  const { context, session, frame, span } = sending;
  const { roomId, clientId, text, replyTo } = frame;
  const prev = session.sendOrder.enqueued(admission);
  const data: CommandData<'messages', 'message.send'> = { clientId, text, replyTo: replyTo ?? null };
  if (prev !== undefined) data.prev = prev;
  if (mentions) data.mentions = mentions;
  const trace = traceOf(sending);
  const command = {
    type: 'message.send',
    key: roomId,
    actor,
    data,
    dataJson: sendJson(data),
    trace,
    traceparent: span?.traceparent,
  } as const;
  context.bus.submit('messages', command, (answer) => settle(sending, admission, answer));
}

/** As `JSON.stringify` makes it. Client ids are UUIDs and need no escaping. */
function sendJson({ clientId, text, replyTo, prev, mentions }: CommandData<'messages', 'message.send'>): string {
  const more = mentions ? `,"mentions":${JSON.stringify(mentions)}` : '';
  return `{"clientId":"${clientId}","text":${JSON.stringify(text)},"replyTo":${replyTo}${prev === undefined ? '' : `,"prev":"${prev}"`}${more}}`;
}

function settle(sending: Sending, admission: Admission, answer: Answer | AppError): void {
  const { context, session, frame, begun, span } = sending;
  try {
    if (answer instanceof AppError) throw answer;
    const { messageJson } = messageOf(answer);
    context.metrics.acks.inc();
    session.sendOrder.answered(admission);
    session.write(encodeTextFrame(messageAck(frame.id, messageJson)));
    context.metrics.sendToAck.observe((performance.now() - begun) / 1_000);
    span?.end();
  } catch (err) {
    refuse(sending, err);
  }
}

function refuse({ context, session, frame, span, admission }: Sending, err: unknown): void {
  const { code } = answerError(context, session, frame, err);
  span?.end(err);
  if (admission) session.sendOrder.refused(admission, code);
  if (code === 'rate_limited' || code === 'retry_order') session.tooFast();
}
