import type { ConversationState, MembershipEnd, MemberRole, Person, RoomsChanges } from '@brook/common/contracts';
import type { AnyDraft } from '@brook/common/streams';
import { type StoredMember, type StoredRoom, toMembership, toRoom } from '../domain/room.js';
import { toPerson } from '../profiles.js';

/** A change of this service before it has its number. Rooms are as they stand after the change. */
export type Draft = AnyDraft<RoomsChanges>;

export const roomChanged = (type: 'room.created' | 'room.updated' | 'room.deleted', room: StoredRoom): Draft => ({
  type,
  key: room.id,
  data: { room: toRoom(room) },
});

export const memberJoined = (room: StoredRoom, user: Person, member: StoredMember): Draft => ({
  type: 'member.joined',
  key: room.id,
  data: { room: toRoom(room), user: toPerson(user), membership: toMembership(member) },
});

export const memberLeft = (room: StoredRoom, user: Person, reason: MembershipEnd): Draft => ({
  type: 'member.left',
  key: room.id,
  data: { room: toRoom(room), user: toPerson(user), reason },
});

export const memberUpdated = (room: StoredRoom, user: Person, role: MemberRole): Draft => ({
  type: 'member.updated',
  key: room.id,
  data: { room: toRoom(room), user: toPerson(user), role },
});

export const banChanged = (type: 'ban.added' | 'ban.removed', roomId: string, userId: string): Draft => ({
  type,
  key: roomId,
  data: { roomId, userId },
});

export const conversationUpdated = (roomId: string, state: ConversationState): Draft => ({
  type: 'conversation.updated',
  key: roomId,
  data: { roomId, state },
});
