import type { CommandData } from '@brook/common/contracts';
import { requireRight, requireRemovable } from '../domain/rights.js';
import { removeMember as deleteMember } from '../repositories/member-store.js';
import { findStanding } from '../repositories/room-store.js';
import type { Profiles } from '../profiles.js';
import { memberLeft } from './drafts.js';
import { leaveRoom } from './leave-room.js';
import { type Context, openRoom, type Result } from './open-room.js';

/**
 * Handles `member.remove` (a kick); removing oneself is leaving. Nobody removes the owner, a moderator no other
 * moderator. Who is no member stays none, without an announcement. Answers `{}`.
 * @throws AppError `not_found`, `forbidden`, `conflict`
 */
export async function removeMember(
  context: Context,
  { target }: CommandData<'rooms', 'member.remove'>,
  profiles: Profiles,
): Promise<Result> {
  const { tx, actor } = context;
  if (target.id === actor.id) return leaveRoom(context, profiles);
  const { room, own } = await openRoom(context);
  requireRight(actor, own, 'member.remove', room);
  const standing = await findStanding(tx, room.id, target.id);
  requireRemovable(actor, own, standing);
  if (!standing.member) return { reply: {} };
  await deleteMember(tx, room.id, target.id);
  return { reply: {}, changes: [memberLeft({ ...room, memberCount: room.memberCount - 1 }, target, 'removed')] };
}
