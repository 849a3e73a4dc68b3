import { AppError } from '@brook/common/errors';
import { requireAgent } from '../domain/conversation.js';
import type { Standing, StoredRoom } from '../domain/room.js';
import { type ConversationRow, findConversation } from '../repositories/conversation-store.js';
import { type Context, openRoom } from './open-room.js';

/** The command's support room, locked, for an agent. @throws AppError `forbidden`, `not_found` */
export async function openSupportRoom(
  context: Context,
): Promise<{ room: StoredRoom; own: Standing; conversation: ConversationRow }> {
  requireAgent(context.actor);
  const opened = await openRoom(context);
  const conversation = await findConversation(context.tx, opened.room.id);
  if (!conversation) throw new AppError('not_found', 'this room is no conversation');
  return { ...opened, conversation };
}
