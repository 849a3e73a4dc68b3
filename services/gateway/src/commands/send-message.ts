import type { CommandData } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { GatewayContext } from '../context.js';
import type { Answer } from './command-bus.js';
import { findMentions } from './find-mentions.js';
import { checkOptions, type Requester } from './request.js';

/** A command's answer that is a message event. */
export type MessageAnswer = Extract<Answer, { messageJson: string }>;

/** The event that answered a message command. @throws AppError `internal` on any other answer */
export function messageOf(answer: Answer): MessageAnswer {
  if ('messageJson' in answer) return answer;
  throw new AppError('internal', 'an answer could not be understood');
}

/**
 * Sends a message for a REST request: rights, the room's limit, then the command. Resolves after the commit.
 * @throws AppError `not_found`, `forbidden`, `rate_limited`, or what the command bus throws
 */
export async function sendMessage(
  deps: Pick<GatewayContext, 'access' | 'profiles' | 'sendLimits' | 'bus'>,
  requester: Requester,
  { roomId, ...sent }: Omit<CommandData<'messages', 'message.send'>, 'mentions'> & { roomId: string },
): Promise<MessageAnswer> {
  const { access, sendLimits, bus } = deps;
  const { actor, trace } = requester;
  await access.check(actor.id, roomId, 'message.send', checkOptions(requester));
  sendLimits.check(roomId);
  const mentions = await findMentions(deps, requester, { roomId, text: sent.text });
  const data = mentions ? { ...sent, mentions } : sent;
  return messageOf(await bus.execute('messages', { type: 'message.send', key: roomId, actor, data, trace }));
}
