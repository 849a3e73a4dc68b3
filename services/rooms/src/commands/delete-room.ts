import { requireRight } from '../domain/rights.js';
import { deleteRoom as removeRoom } from '../repositories/room-store.js';
import { roomChanged } from './drafts.js';
import { type Context, openRoom, type Result } from './open-room.js';

/**
 * Handles `room.delete`: the room goes with its members, bans and markers; its change tells the messages service to
 * purge. Answers `{}`.
 * @throws AppError `not_found`, `forbidden`
 */
export async function deleteRoom(context: Context): Promise<Result> {
  const { room, own } = await openRoom(context);
  requireRight(context.actor, own, 'room.delete', room);
  await removeRoom(context.tx, room.id);
  return { reply: {}, changes: [roomChanged('room.deleted', room)] };
}
