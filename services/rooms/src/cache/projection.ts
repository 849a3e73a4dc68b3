import { type AnyChange, keys, type RoomsChanges } from '@brook/common/contracts';
import type { Numbered, Patch } from '@brook/common/streams';

/** A room is forgotten this long after its last change or warm-up. */
export const ROOM_TTL_SECONDS = 3_600;
/** Larger rooms are not held in the read model: gateways ask for each member. */
export const WARM_MEMBERS_MAX = 5_000;

/** A change of what gateways ask the read model for. */
type RoomChange = Exclude<AnyChange<RoomsChanges>, { type: 'conversation.updated' | 'widget.updated' }>;

/**
 * What a change does to its room in the read model: a hash with the fields n (version), room (JSON Room), m:<userId> (JSON
 * Membership) and b:<userId> ('1'). Complete or absent: who has no field m:<userId> in a hash that stands is no member.
 * `room.lastSeq` and `lastReadSeq` are as of the change that wrote them; heads and markers have feeds of their own.
 */
export function project(partition: number, numbered: Numbered): Patch[] {
  const change = numbered as unknown as AnyChange<RoomsChanges>;
  if (change.type === 'conversation.updated' || change.type === 'widget.updated') return [];
  const base = { key: keys.roomInfo(partition, change.key), version: change.n, ttlSeconds: ROOM_TTL_SECONDS };
  return [{ ...base, ...effect(change) }];
}

function effect({ type, data }: RoomChange): Pick<Patch, 'mode' | 'set' | 'remove'> {
  switch (type) {
    case 'room.created':
    case 'room.updated':
      return { mode: 'patch', set: { room: JSON.stringify(data.room) } };
    case 'member.joined':
      if (data.room.memberCount > WARM_MEMBERS_MAX) return { mode: 'drop' };
      return {
        mode: 'patch',
        set: { room: JSON.stringify(data.room), [`m:${data.user.id}`]: JSON.stringify(data.membership) },
      };
    case 'member.left':
      return { mode: 'patch', set: { room: JSON.stringify(data.room) }, remove: [`m:${data.user.id}`] };
    case 'member.updated':
      // The change carries no whole membership; the next reader has the room warmed again.
      return { mode: 'drop' };
    case 'room.deleted':
      return { mode: 'drop' };
    case 'ban.added':
      return { mode: 'patch', set: { [`b:${data.userId}`]: '1' } };
    case 'ban.removed':
      return { mode: 'patch', remove: [`b:${data.userId}`] };
    default: {
      const unknown: never = type;
      throw new TypeError(`no projection of ${String(unknown)}`);
    }
  }
}
