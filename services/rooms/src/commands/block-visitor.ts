import type { CommandData } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { stateOf } from '../domain/conversation.js';
import { putBlock } from '../repositories/conversation-store.js';
import { insertBan, removeMember } from '../repositories/member-store.js';
import { findStanding } from '../repositories/room-store.js';
import type { Profiles } from '../profiles.js';
import { banChanged, conversationUpdated, type Draft, memberLeft } from './drafts.js';
import type { Context, Result } from './open-room.js';
import { openSupportRoom } from './open-support-room.js';

/**
 * Handles `visitor.block`, by an agent: the visitor of the conversation neither reads nor writes there, nor begins another one,
 * until `until` or for good. Blocking again sets the new end. Answers `{}`.
 * @throws AppError `not_found`, `forbidden`, `validation_failed` for an end in the past; `unavailable` when the profile cannot be had
 */
export async function blockVisitor(
  context: Context,
  { until }: CommandData<'rooms', 'visitor.block'>,
  profiles: Profiles,
): Promise<Result> {
  const { tx, actor, now } = context;
  const { room, conversation } = await openSupportRoom(context);
  const end = until === null ? null : new Date(until);
  if (end && end <= now) throw new AppError('validation_failed', 'until: lies in the past');
  const { visitorId } = conversation;
  const standing = await findStanding(tx, room.id, visitorId);
  const visitor = standing.member ? await profiles.find(visitorId) : null;
  await putBlock(tx, { visitorId, roomId: room.id, until: end, blockedBy: actor.id, createdAt: now });
  const changes: Draft[] = [];
  if (!standing.banned) {
    await insertBan(tx, { roomId: room.id, userId: visitorId, bannedBy: actor.id, createdAt: now });
    changes.push(banChanged('ban.added', room.id, visitorId));
  }
  if (visitor) {
    await removeMember(tx, room.id, visitorId);
    changes.push(memberLeft({ ...room, memberCount: room.memberCount - 1 }, visitor, 'banned'));
  }
  changes.push(conversationUpdated(room.id, stateOf(conversation.closedSeq, room.lastSeq)));
  return { reply: {}, changes };
}
