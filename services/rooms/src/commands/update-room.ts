import { type CommandData, updateRoomBody } from '@brook/common/contracts';
import { parse } from '@brook/common/errors';
import { requireRight } from '../domain/rights.js';
import { toRoom } from '../domain/room.js';
import { renameRoom } from '../repositories/room-store.js';
import { roomChanged } from './drafts.js';
import { type Context, openRoom, type Result } from './open-room.js';

/**
 * Handles `room.update`: name and topic. Answers `{room}`; nothing is announced when nothing changes.
 * @throws AppError `not_found`, `forbidden`, `validation_failed`
 */
export async function updateRoom(context: Context, data: CommandData<'rooms', 'room.update'>): Promise<Result> {
  const { name, topic } = parse(updateRoomBody, data);
  const { room, own } = await openRoom(context);
  requireRight(context.actor, own, 'room.update', room);
  const updated = { ...room, name: name ?? room.name, topic: topic ?? room.topic };
  if (updated.name === room.name && updated.topic === room.topic) return { reply: { room: toRoom(room) } };
  await renameRoom(context.tx, updated);
  return { reply: { room: toRoom(updated) }, changes: [roomChanged('room.updated', updated)] };
}
