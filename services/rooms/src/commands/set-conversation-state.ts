import type { CommandData } from '@brook/common/contracts';
import { stateOf } from '../domain/conversation.js';
import { setClosed } from '../repositories/conversation-store.js';
import { conversationUpdated } from './drafts.js';
import type { Context, Result } from './open-room.js';
import { openSupportRoom } from './open-support-room.js';

/**
 * Handles `conversation.set_state`, by an agent: closes a conversation at its newest message, or opens it. Answers `{}`; nothing
 * is announced when nothing changes.
 * @throws AppError `not_found`, `forbidden`
 */
export async function setConversationState(
  context: Context,
  { state, lastSeq }: CommandData<'rooms', 'conversation.set_state'>,
): Promise<Result> {
  const { room, conversation } = await openSupportRoom(context);
  const newest = Math.max(lastSeq, room.lastSeq);
  if (stateOf(conversation.closedSeq, newest) === state) return { reply: {} };
  const closed = state === 'closed' ? { closedSeq: newest, closedAt: context.now } : { closedSeq: null, closedAt: null };
  await setClosed(context.tx, room.id, closed);
  return { reply: {}, changes: [conversationUpdated(room.id, state)] };
}
