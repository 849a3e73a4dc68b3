import { describe, expect, test } from '@jest/globals';
import type { AnyChange, Membership, Profile, Room, RoomsChanges } from '@brook/common/contracts';
import { AccessMemory, type Standing } from './access-memory.js';

const ADA = 'ada';
const ROOM = 'room';
const room: Room = {
  id: ROOM,
  name: 'Room',
  topic: '',
  visibility: 'private',
  kind: 'group',
  ownerId: 'owner',
  memberCount: 2,
  lastSeq: 0,
  createdAt: '2026-01-01T00:00:00.000Z',
};
const user: Profile = { id: ADA, username: 'ada', displayName: 'Ada', avatarUrl: null };
const membership: Membership = { roomId: ROOM, userId: ADA, role: 'member', joinedAt: room.createdAt, lastReadSeq: 0 };
const member: Standing = { room, role: 'member', banned: false };

const left: AnyChange<RoomsChanges> = { n: 2, type: 'member.left', key: ROOM, data: { room, user, reason: 'removed' } };
const joined: AnyChange<RoomsChanges> = { n: 1, type: 'member.joined', key: ROOM, data: { room, user, membership } };
const banned: AnyChange<RoomsChanges> = { n: 3, type: 'ban.added', key: ROOM, data: { roomId: ROOM, userId: ADA } };
const deleted: AnyChange<RoomsChanges> = { n: 4, type: 'room.deleted', key: ROOM, data: { room } };
const promoted: AnyChange<RoomsChanges> = { n: 5, type: 'member.updated', key: ROOM, data: { room, user, role: 'moderator' } };

function remembering(standing: Standing = member): AccessMemory {
  const memory = new AccessMemory();
  memory.land(memory.depart(ADA, ROOM), standing);
  return memory;
}

describe('AccessMemory', () => {
  test('keeps what was answered, and follows the changes', () => {
    const memory = remembering();
    expect(memory.recall(ADA, ROOM)).toEqual(member);
    memory.apply(promoted);
    expect(memory.recall(ADA, ROOM)?.role).toBe('moderator');
    memory.apply(left);
    expect(memory.recall(ADA, ROOM)?.role).toBeNull();
    memory.apply(joined);
    expect(memory.recall(ADA, ROOM)?.role).toBe('member');
    memory.apply(banned);
    expect(memory.recall(ADA, ROOM)?.banned).toBe(true);
    memory.apply(deleted);
    expect(memory.recall(ADA, ROOM)).toBeUndefined();
  });

  test.each([left, banned, deleted, promoted])(
    '$type that comes while a question is on its way overrules the answer',
    (change) => {
      const memory = new AccessMemory();
      const flight = memory.depart(ADA, ROOM);
      memory.apply(change);
      memory.land(flight, member);
      expect(flight.stale).toBe(true);
      expect(memory.recall(ADA, ROOM)).toBeUndefined();
    },
  );

  test('changes about others do not disturb a question', () => {
    const memory = new AccessMemory();
    const flight = memory.depart('bob', ROOM);
    memory.apply(left);
    memory.land(flight, member);
    expect(memory.recall('bob', ROOM)).toEqual(member);
  });

  test('a failed question leaves nothing behind', () => {
    const memory = new AccessMemory();
    memory.land(memory.depart(ADA, ROOM), undefined);
    expect(memory.recall(ADA, ROOM)).toBeUndefined();
  });
});
