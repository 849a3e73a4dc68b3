import { type RoomsChanges, uuid } from '@brook/common/contracts';
import { AppError, parse } from '@brook/common/errors';
import type { CommandContext, CommandResult } from '@brook/common/streams';
import type { Standing, StoredRoom } from '../domain/room.js';
import type { Db } from '../repositories/prisma.js';
import { findRoom } from '../repositories/room-store.js';

export type Context = CommandContext<Db>;
export type Result = CommandResult<RoomsChanges>;

/** The command's room, locked until its transaction ends, and what the actor is to it. @throws AppError `not_found` */
export async function openRoom({ tx, actor, key }: Context): Promise<{ room: StoredRoom; own: Standing }> {
  const found = await findRoom(tx, parse(uuid, key), actor.id, { lock: true });
  if (!found) throw new AppError('not_found', 'there is no such room');
  return { room: found.room, own: found.standing };
}
