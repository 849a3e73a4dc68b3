import type { CommandData } from '@brook/common/contracts';
import { requireRight } from '../domain/rights.js';
import { removeBan } from '../repositories/member-store.js';
import { banChanged } from './drafts.js';
import { type Context, openRoom, type Result } from './open-room.js';

/**
 * Handles `ban.delete`: the person may join again, but is not a member by that. Answers `{}`, also where there was no ban.
 * @throws AppError `not_found`, `forbidden`
 */
export async function deleteBan(context: Context, { userId }: CommandData<'rooms', 'ban.delete'>): Promise<Result> {
  const { room, own } = await openRoom(context);
  requireRight(context.actor, own, 'member.ban', room);
  const lifted = await removeBan(context.tx, room.id, userId);
  return { reply: {}, changes: lifted ? [banChanged('ban.removed', room.id, userId)] : [] };
}
