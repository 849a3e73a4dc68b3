import type { MemberRole, User } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { requireRight, requireMemberAccount } from './rights.js';
import type { Standing, StoredRoom } from './room.js';

/** What `member.put` comes to. `transfer`: the target becomes owner, and the owner of now a moderator. */
export type MembershipPlan =
  | { do: 'nothing' }
  | { do: 'add'; role: Exclude<MemberRole, 'owner'> }
  | { do: 'change'; role: Exclude<MemberRole, 'owner'> }
  | { do: 'transfer'; joins: boolean };

export interface PutRequest {
  person: User;
  own: Standing;
  target: Standing;
  room: Pick<StoredRoom, 'visibility'>;
  /** Absent: a member's role stays, a new one is `member`. */
  role: MemberRole | undefined;
}

/**
 * Decides on adding somebody or changing a role.
 * @throws AppError `forbidden`, or `conflict` when a room would be left without its owner
 */
export function planMembership({ person, own, target, room, role }: PutRequest): MembershipPlan {
  if (target.member) return planChange({ person, own, target, room, role }, target.member.role);
  requireRight(person, own, 'member.add', room);
  requireMemberAccount(person);
  if (target.banned) throw new AppError('forbidden', 'this person is banned from the room');
  if (role !== undefined && role !== 'member') requireRight(person, own, 'member.set_role', room);
  return role === 'owner' ? { do: 'transfer', joins: true } : { do: 'add', role: role ?? 'member' };
}

function planChange({ person, own, room, role }: PutRequest, before: MemberRole): MembershipPlan {
  requireRight(person, own, role === undefined ? 'member.add' : 'member.set_role', room);
  if (role === undefined || role === before) return { do: 'nothing' };
  if (before === 'owner') throw new AppError('conflict', 'make somebody else the owner instead');
  return role === 'owner' ? { do: 'transfer', joins: false } : { do: 'change', role };
}
