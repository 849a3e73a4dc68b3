import type { CommandData, Room } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { GatewayContext } from '../context.js';
import { bodyOf } from './command-bus.js';
import { commandKey, type Requester } from './request.js';
import { newRoomId } from './room-id.js';

/**
 * Makes a room; its creator becomes owner and member.
 * @throws AppError `forbidden` for guests, or what the command bus throws
 */
export async function createRoom(
  { bus, partitions }: Pick<GatewayContext, 'bus' | 'partitions'>,
  requester: Requester,
  data: CommandData<'rooms', 'room.create'>,
): Promise<Room> {
  const { actor, trace } = requester;
  if (actor.kind === 'guest') throw new AppError('forbidden', 'guests may not create rooms');
  const idem = commandKey(requester, 'room.create');
  const key = newRoomId(`${actor.id} ${idem}`, partitions);
  const { room } = bodyOf<{ room: Room }>(await bus.execute('rooms', { type: 'room.create', key, actor, data, idem, trace }));
  return room;
}
