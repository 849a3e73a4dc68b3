import { type CommandData, createRoomBody, uuid } from '@brook/common/contracts';
import { AppError, parse } from '@brook/common/errors';
import { requireMemberAccount } from '../domain/rights.js';
import { type StoredRoom, toRoom } from '../domain/room.js';
import { insertRoom } from '../repositories/room-store.js';
import { roomChanged, memberJoined } from './drafts.js';
import type { Context, Result } from './open-room.js';

/**
 * Handles `room.create`: the actor becomes owner and first member. The id is the command's key. Answers `{room}`.
 * @throws AppError `forbidden`, `validation_failed`, `conflict` when the id is taken
 */
export async function createRoom({ tx, actor, key, now }: Context, data: CommandData<'rooms', 'room.create'>): Promise<Result> {
  requireMemberAccount(actor);
  const { name, topic, visibility } = parse(createRoomBody, data);
  const room: StoredRoom = {
    id: parse(uuid, key),
    name,
    topic,
    visibility,
    kind: data.kind,
    ownerId: actor.id,
    memberCount: 1,
    createdAt: now,
    lastSeq: 0,
  };
  if (!(await insertRoom(tx, room))) throw new AppError('conflict', 'a room with this id exists');
  const owner = { roomId: room.id, userId: actor.id, role: 'owner', joinedAt: now, lastReadSeq: 0 } as const;
  return { reply: { room: toRoom(room) }, changes: [roomChanged('room.created', room), memberJoined(room, actor, owner)] };
}
