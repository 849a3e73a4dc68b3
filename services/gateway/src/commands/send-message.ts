import type { CommandData, Message } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { GatewayContext } from '../context.js';
import type { TokenBucket } from '../limits/token-bucket.js';
import type { Answer } from './command-bus.js';
import { checkOptions, type Requester } from './request.js';

/** A command's answer that is a message event. */
export type MessageAnswer = Extract<Answer, { messageJson: string }>;

/** The event that answered a message command. @throws AppError `internal` on any other answer */
export function messageOf(answer: Answer): MessageAnswer {
  if ('messageJson' in answer) return answer;
  throw new AppError('internal', 'an answer could not be understood');
}

/**
 * Sends a message: rights, limits, then the command. Resolves after the commit. Where rights are known in memory, nothing is awaited
 * before the command is enqueued.
 * @throws AppError `not_found`, `forbidden`, `rate_limited`, or what the command bus throws
 */
export async function sendMessage(
  { access, sendLimits, bus }: Pick<GatewayContext, 'access' | 'sendLimits' | 'bus'>,
  requester: Requester,
  { roomId, ...data }: CommandData<'messages', 'message.send'> & { roomId: string },
  connection?: TokenBucket,
): Promise<MessageAnswer> {
  const { actor, trace } = requester;
  const options = checkOptions(requester);
  const known = options.from === 'memory' && access.known(actor.id, roomId, 'message.send', options) !== undefined;
  if (!known) await access.check(actor.id, roomId, 'message.send', options);
  sendLimits.check(roomId, connection);
  return messageOf(await bus.execute('messages', { type: 'message.send', key: roomId, actor, data, trace }));
}

/** The message of an answer, parsed. */
export const parseMessage = ({ messageJson }: MessageAnswer): Message => JSON.parse(messageJson) as Message;
