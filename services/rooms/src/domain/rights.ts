import { type Action, type Actor, actorOf, may, type User } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { Standing, StoredRoom } from './room.js';

/** Who a person is to a room, for the rights table. */
export const standingOf = (person: User, { member, banned }: Standing): Actor =>
  actorOf({ admin: person.role === 'admin', banned, role: member?.role ?? null });

/** @throws AppError `forbidden` unless the rights table allows it */
export function requireRight(person: User, standing: Standing, action: Action, room: Pick<StoredRoom, 'visibility'>): void {
  if (may(standingOf(person, standing), action, room.visibility)) return;
  throw new AppError('forbidden', standing.banned ? 'you are banned from this room' : undefined);
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
