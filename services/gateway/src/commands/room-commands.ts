import type { CommandData, CommandType, Membership, Room } from '@brook/common/contracts';
import type { GatewayContext } from '../context.js';
import { auditAdmin } from './audit-admin.js';
import { bodyOf } from './command-bus.js';
import { checkOptions, commandKey, type Requester } from './request.js';

type Deps = Pick<GatewayContext, 'access' | 'bus' | 'heads' | 'profiles' | 'users'>;

/*
 * Commands to the rooms service about a room that exists. That service decides about rights, in its transaction; here a
 * room that the person may not see is hidden first, so that it looks the same as one that does not exist.
 */

/** Changes name or topic. @throws AppError `not_found`, `forbidden`, or what the command bus throws */
export async function updateRoom(
  deps: Deps,
  requester: Requester,
  roomId: string,
  data: CommandData<'rooms', 'room.update'>,
): Promise<Room> {
  return (await command<'room.update', { room: Room }>(deps, requester, roomId, 'room.update', data)).room;
}

/** Deletes a room for everybody. @throws AppError `not_found`, `forbidden`, or what the command bus throws */
export async function deleteRoom(deps: Deps, requester: Requester, roomId: string): Promise<void> {
  await command(deps, requester, roomId, 'room.delete', {});
}

/** Joins a public room; reading starts at its newest message. @throws AppError `not_found`, `forbidden`, or what the command bus throws */
export async function joinRoom(deps: Deps, requester: Requester, roomId: string): Promise<Membership> {
  const lastSeq = await deps.heads.lastSeq(roomId, requester.trace);
  return (await command<'member.join', { membership: Membership }>(deps, requester, roomId, 'member.join', { lastSeq }))
    .membership;
}

/** Leaves a room. @throws AppError `not_found`, `conflict` for an owner, or what the command bus throws */
export async function leaveRoom(deps: Deps, requester: Requester, roomId: string): Promise<void> {
  await command(deps, requester, roomId, 'member.leave', {});
}

/** Adds somebody or changes a role. @throws AppError `not_found` (room or person), `forbidden`, `conflict`, or what the command bus throws */
export async function putMember(
  deps: Deps,
  requester: Requester,
  roomId: string,
  { userId, role }: { userId: string; role?: Membership['role'] | undefined },
): Promise<Membership> {
  const lastSeq = await deps.heads.lastSeq(roomId, requester.trace);
  const target = await deps.profiles.current(userId);
  const data = { target, lastSeq, ...(role === undefined ? {} : { role }) };
  return (await command<'member.put', { membership: Membership }>(deps, requester, roomId, 'member.put', data, userId))
    .membership;
}

/** Removes a member. @throws AppError `not_found`, `forbidden`, `conflict`, or what the command bus throws */
export async function removeMember(deps: Deps, requester: Requester, roomId: string, userId: string): Promise<void> {
  await command(deps, requester, roomId, 'member.remove', { target: await deps.profiles.current(userId) }, userId);
}

/** Bans somebody, member or not. @throws AppError `not_found`, `forbidden`, `conflict`, or what the command bus throws */
export async function banPerson(deps: Deps, requester: Requester, roomId: string, userId: string): Promise<void> {
  await command(deps, requester, roomId, 'ban.put', { target: await deps.profiles.current(userId) }, userId);
}

/** Lifts a ban. @throws AppError `not_found`, `forbidden`, or what the command bus throws */
export async function liftBan(deps: Deps, requester: Requester, roomId: string, userId: string): Promise<void> {
  await command(deps, requester, roomId, 'ban.delete', { userId }, userId);
}

async function command<T extends CommandType<'rooms'>, R = unknown>(
  deps: Deps,
  requester: Requester,
  roomId: string,
  type: T,
  data: CommandData<'rooms', T>,
  /** Whom else it is about. */
  whom: string = '',
): Promise<R> {
  const { actor, trace } = requester;
  await deps.access.check(actor.id, roomId, 'room.read', checkOptions(requester));
  await auditAdmin(deps, requester, { action: type, roomId, detail: whom === '' ? {} : { userId: whom } });
  const idem = commandKey(requester, type, roomId, whom);
  return bodyOf<R>(await deps.bus.execute('rooms', { type, key: roomId, actor, data, idem, trace }));
}
