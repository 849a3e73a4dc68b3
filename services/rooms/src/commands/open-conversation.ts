import { type CommandData, preview, uuid } from '@brook/common/contracts';
import { AppError, parse } from '@brook/common/errors';
import { holds } from '../domain/conversation.js';
import type { StoredRoom } from '../domain/room.js';
import { deleteBlock, findBlock, findConversationOf, insertConversation } from '../repositories/conversation-store.js';
import { removeBan } from '../repositories/member-store.js';
import { memberJoined, roomChanged } from './drafts.js';
import type { Context, Result } from './open-room.js';
import { welcomeBack } from './welcome-back.js';

const NAME_MAX = 100;

/**
 * Handles `conversation.open`: the actor's one support room, made where there is none, with the command's key as its id.
 * Its visitor is a plain member and nobody its owner: agents decide about it. Answers `{roomId, created}`.
 * @throws AppError `forbidden` for a blocked visitor
 */
export async function openConversation(context: Context, { page }: CommandData<'rooms', 'conversation.open'>): Promise<Result> {
  const { tx, actor, now } = context;
  const block = await findBlock(tx, actor.id);
  if (holds(block, now)) throw new AppError('forbidden', 'you may not write here at present');
  const known = await findConversationOf(tx, actor.id);
  if (known) return { reply: { roomId: known.roomId, created: false }, changes: await comeBack(context, known.roomId) };
  const room = newRoom(context);
  if (block) await deleteBlock(tx, actor.id);
  if (!(await insertConversation(tx, room, page))) throw new AppError('conflict', 'a room with this id exists');
  const member = { roomId: room.id, userId: actor.id, role: 'member', joinedAt: now, lastReadSeq: 0 } as const;
  return {
    reply: { roomId: room.id, created: true },
    changes: [roomChanged('room.created', room), memberJoined(room, actor, member)],
  };
}

/** Only where the command went to that room: another one's changes would go to the wrong stream. */
async function comeBack(context: Context, roomId: string) {
  if (context.key !== roomId) return [];
  await deleteBlock(context.tx, context.actor.id);
  const lifted = await removeBan(context.tx, roomId, context.actor.id);
  return welcomeBack(context, { roomId, visitor: context.actor, lifted });
}

const newRoom = ({ actor, key, now }: Context): StoredRoom => ({
  id: parse(uuid, key),
  name: preview(actor.displayName, NAME_MAX),
  topic: '',
  visibility: 'private',
  kind: 'support',
  ownerId: actor.id,
  memberCount: 1,
  createdAt: now,
  lastSeq: 0,
});
