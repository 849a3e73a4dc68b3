import { type Action, type Actor, actorOf, may, type User } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { Standing, StoredRoom } from './room.js';

/** Who a person is to a room, for the rights table. */
export const standingOf = (person: User, { member, banned }: Standing): Actor =>
  actorOf({ admin: person.role === 'admin', banned, role: member?.role ?? null });

/**
 * @throws AppError unless the rights table allows it: `not_found` for who may not even see the room, as if there were none;
 * else `forbidden`
 */
export function requireRight(person: User, standing: Standing, action: Action, room: Pick<StoredRoom, 'visibility'>): void {
  const actor = standingOf(person, standing);
  if (may(actor, action, room.visibility)) return;
  if (actor === 'banned') throw new AppError('forbidden', 'you are banned from this room');
  if (!may(actor, 'room.read', room.visibility)) throw new AppError('not_found', 'there is no such room');
  throw new AppError('forbidden');
}

/** Guests create no rooms and add nobody. @throws AppError `forbidden` */
export function requireMemberAccount(person: User): void {
  if (person.kind === 'guest') throw new AppError('forbidden', 'guests may not do this');
}

/**
 * Whether somebody may remove or ban this person: nobody the owner, a moderator no other moderator.
 * @throws AppError `forbidden`, or `conflict` for those who may do everything but should hand the room over first
 */
export function requireRemovable(person: User, own: Standing, target: Standing): void {
  const actor = standingOf(person, own);
  const role = target.member?.role;
  if (role === 'owner' && (actor === 'owner' || actor === 'admin'))
    throw new AppError('conflict', 'hand the room over before its owner goes');
  if (role === 'owner' || (role === 'moderator' && actor === 'moderator'))
    throw new AppError('forbidden', 'only an owner may remove a moderator, and nobody the owner');
}
