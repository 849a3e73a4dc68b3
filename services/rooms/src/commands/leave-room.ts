import { requireRight } from '../domain/rights.js';
import type { StoredRoom } from '../domain/room.js';
import { findHeir, removeMember, setOwner } from '../repositories/member-store.js';
import { deleteRoom } from '../repositories/room-store.js';
import type { Profiles } from '../profiles.js';
import { type Draft, memberLeft, memberUpdated, roomChanged } from './drafts.js';
import { type Context, openRoom, type Result } from './open-room.js';

/**
 * Handles `member.leave`. An owner who leaves hands over to the oldest moderator, else to the oldest member; a room that
 * nobody is left in is deleted. Answers `{}`.
 * @throws AppError `not_found`, `forbidden` for who is no member; `unavailable` when the heir's profile cannot be had
 */
export async function leaveRoom(context: Context, profiles: Profiles): Promise<Result> {
  const { tx, actor } = context;
  const { room, own } = await openRoom(context);
  requireRight(actor, own, 'room.leave', room);
  if (!own.member) return { reply: {} };
  if (own.member.role === 'owner') return { reply: {}, changes: await handOver(context, profiles, room) };
  await removeMember(tx, room.id, actor.id);
  return { reply: {}, changes: [memberLeft({ ...room, memberCount: room.memberCount - 1 }, actor, 'left')] };
}

async function handOver({ tx, actor }: Context, profiles: Profiles, room: StoredRoom): Promise<Draft[]> {
  const memberCount = room.memberCount - 1;
  const heir = await findHeir(tx, room.id, actor.id);
  if (!heir) {
    await deleteRoom(tx, room.id);
    const empty = { ...room, memberCount };
    return [memberLeft(empty, actor, 'left'), roomChanged('room.deleted', empty)];
  }
  const profile = await profiles.find(heir.userId);
  await removeMember(tx, room.id, actor.id);
  await setOwner(tx, room.id, heir.userId);
  const after = { ...room, memberCount, ownerId: heir.userId };
  return [memberLeft(after, actor, 'left'), memberUpdated(after, profile, 'owner'), roomChanged('room.updated', after)];
}
