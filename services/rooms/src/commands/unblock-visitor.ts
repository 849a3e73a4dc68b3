import type { CommandData } from '@brook/common/contracts';
import { holds, stateOf } from '../domain/conversation.js';
import { deleteBlock, findBlock } from '../repositories/conversation-store.js';
import { removeBan } from '../repositories/member-store.js';
import type { Profiles } from '../profiles.js';
import { conversationUpdated } from './drafts.js';
import type { Context, Result } from './open-room.js';
import { openSupportRoom } from './open-support-room.js';
import { welcomeBack } from './welcome-back.js';

/**
 * Handles `visitor.unblock`, by an agent or, with `expired`, when a block has come to its end: the visitor is a member again.
 * Answers `{}`, also where there was no block.
 * @throws AppError `not_found`, `forbidden`; `unavailable` when the visitor's profile cannot be had
 */
export async function unblockVisitor(
  context: Context,
  { expired }: CommandData<'rooms', 'visitor.unblock'>,
  profiles: Profiles,
): Promise<Result> {
  const { tx, now } = context;
  const { room, conversation } = await openSupportRoom(context);
  const { visitorId } = conversation;
  const block = await findBlock(tx, visitorId);
  if (!block || (expired && holds(block, now))) return { reply: {} };
  const visitor = await profiles.find(visitorId);
  await deleteBlock(tx, visitorId);
  const lifted = await removeBan(tx, room.id, visitorId);
  const changes = await welcomeBack(context, { roomId: room.id, visitor, lifted });
  return { reply: {}, changes: [...changes, conversationUpdated(room.id, stateOf(conversation.closedSeq, room.lastSeq))] };
}
