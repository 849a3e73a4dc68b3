import type { CommandData } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { requireRight, requireRemovable } from '../domain/rights.js';
import { insertBan, removeMember } from '../repositories/member-store.js';
import { findStanding } from '../repositories/room-store.js';
import { banChanged, memberLeft } from './drafts.js';
import { type Context, openRoom, type Result } from './open-room.js';

/**
 * Handles `ban.put`: the person is removed, too, and can neither join nor be added. Banning again changes nothing.
 * Answers `{}`.
 * @throws AppError `not_found`, `forbidden`, `conflict` for the owner and for oneself
 */
export async function putBan(context: Context, { target }: CommandData<'rooms', 'ban.put'>): Promise<Result> {
  const { tx, actor, now } = context;
  const { room, own } = await openRoom(context);
  requireRight(actor, own, 'member.ban', room);
  if (target.id === actor.id) throw new AppError('conflict', 'nobody bans oneself');
  const standing = await findStanding(tx, room.id, target.id);
  requireRemovable(actor, own, standing);
  if (standing.banned) return { reply: {} };
  await insertBan(tx, { roomId: room.id, userId: target.id, bannedBy: actor.id, createdAt: now });
  const banned = banChanged('ban.added', room.id, target.id);
  if (!standing.member) return { reply: {}, changes: [banned] };
  await removeMember(tx, room.id, target.id);
  const after = { ...room, memberCount: room.memberCount - 1 };
  return { reply: {}, changes: [banned, memberLeft(after, target, 'banned')] };
}
