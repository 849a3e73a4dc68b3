import type { MemberRole, Room } from './entities.js';

/** Who somebody is to a room. `admin` is an application admin, who counts as owner everywhere. */
export type Actor = 'admin' | MemberRole | 'stranger' | 'banned';

const READERS = {
  public: ['admin', 'owner', 'moderator', 'member', 'stranger'],
  private: ['admin', 'owner', 'moderator', 'member'],
} as const;
const MEMBERS = {
  public: ['admin', 'owner', 'moderator', 'member'],
  private: ['admin', 'owner', 'moderator', 'member'],
} as const;
const MODERATORS = { public: ['admin', 'owner', 'moderator'], private: ['admin', 'owner', 'moderator'] } as const;
const OWNERS = { public: ['admin', 'owner'], private: ['admin', 'owner'] } as const;

/** The one rights table: action -> visibility -> who may. REST and socket both ask `may`. */
export const RIGHTS = {
  'room.read': READERS,
  'room.subscribe': READERS,
  'room.join': READERS,
  'room.leave': MEMBERS,
  'room.mark_read': MEMBERS,
  'room.update': MODERATORS,
  'room.delete': OWNERS,
  'message.send': MEMBERS,
  'message.edit_own': MEMBERS,
  'message.delete_own': MEMBERS,
  'message.delete_any': MODERATORS,
  'message.react': MEMBERS,
  'message.mention_room': MODERATORS,
  'member.add': MODERATORS,
  'member.remove': MODERATORS,
  'member.set_role': OWNERS,
  'member.ban': MODERATORS,
} as const satisfies Record<string, Record<Room['visibility'], readonly Actor[]>>;

export type Action = keyof typeof RIGHTS;

/** Whether `actor` may do `action` in a room of this visibility. */
export function may(actor: Actor, action: Action, visibility: Room['visibility']): boolean {
  const allowed: readonly Actor[] = RIGHTS[action][visibility];
  return allowed.includes(actor);
}

/** Who a person is to a room. An application admin is never banned; a ban outweighs a membership. */
export function actorOf(person: { admin: boolean; banned: boolean; role: MemberRole | null }): Actor {
  if (person.admin) return 'admin';
  if (person.banned) return 'banned';
  return person.role ?? 'stranger';
}
