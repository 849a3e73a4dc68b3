import { describe, expect, test } from '@jest/globals';
import type { MemberRole, User } from '@brook/common/contracts';
import { planMembership, type PutRequest } from './membership-plan.js';
import { requireRemovable } from './rights.js';
import type { Standing } from './room.js';

const ROOM_ID = '00000000-0000-7000-8000-000000000001';
const person = (over: Partial<User> = {}): User => ({
  id: '00000000-0000-7000-8000-000000000002',
  username: 'ann',
  displayName: 'Ann',
  avatarUrl: null,
  kind: 'member',
  role: 'user',
  createdAt: '2026-01-01T00:00:00.000Z',
  ...over,
});
const standing = (role: MemberRole | null, banned = false): Standing => ({
  banned,
  member: role && { roomId: ROOM_ID, userId: person().id, role, joinedAt: new Date(0), lastReadSeq: 0 },
});
const plan = (own: Standing, target: Standing, role?: MemberRole, over: Partial<PutRequest> = {}) =>
  planMembership({ person: person(), own, target, role, room: { visibility: 'private' }, ...over });
const refusal = (attempt: () => unknown): unknown => {
  try {
    return attempt();
  } catch (err) {
    return (err as { code: unknown }).code;
  }
};

describe('adding and changing members', () => {
  test.each([
    ['owner', { do: 'add', role: 'member' }],
    ['moderator', { do: 'add', role: 'member' }],
    ['member', 'forbidden'],
    [null, 'not_found'],
  ] as const)('%s adds somebody: %j', (role, outcome) => {
    expect(refusal(() => plan(standing(role), standing(null)))).toEqual(outcome);
  });

  test('only an owner adds with a higher role', () => {
    expect(refusal(() => plan(standing('moderator'), standing(null), 'moderator'))).toBe('forbidden');
    expect(plan(standing('owner'), standing(null), 'moderator')).toEqual({ do: 'add', role: 'moderator' });
    expect(plan(standing('owner'), standing(null), 'owner')).toEqual({ do: 'transfer', joins: true });
  });

  test('guests and banned people', () => {
    expect(refusal(() => plan(standing('moderator'), standing(null), undefined, { person: person({ kind: 'guest' }) }))).toBe(
      'forbidden',
    );
    expect(refusal(() => plan(standing('owner'), standing(null, true)))).toBe('forbidden');
    expect(refusal(() => plan(standing('owner', true), standing(null)))).toBe('forbidden');
  });

  test('roles are the owner’s, and an application admin’s', () => {
    expect(refusal(() => plan(standing('moderator'), standing('member'), 'moderator'))).toBe('forbidden');
    expect(plan(standing('owner'), standing('member'), 'moderator')).toEqual({ do: 'change', role: 'moderator' });
    expect(plan(standing(null), standing('member'), 'owner', { person: person({ role: 'admin' }) })).toEqual({
      do: 'transfer',
      joins: false,
    });
  });

  test('a repetition changes nothing, and the owner stays until another is made', () => {
    expect(plan(standing('moderator'), standing('member'))).toEqual({ do: 'nothing' });
    expect(plan(standing('owner'), standing('owner'), 'owner')).toEqual({ do: 'nothing' });
    expect(refusal(() => plan(standing('owner'), standing('owner'), 'member'))).toBe('conflict');
  });
});

describe('removing and banning', () => {
  test.each([
    ['owner', 'moderator', undefined],
    ['owner', 'member', undefined],
    ['owner', 'owner', 'conflict'],
    ['moderator', 'member', undefined],
    ['moderator', null, undefined],
    ['moderator', 'moderator', 'forbidden'],
    ['moderator', 'owner', 'forbidden'],
  ] as const)('%s removes %s: %s', (own, target, outcome) => {
    expect(refusal(() => requireRemovable(person(), standing(own), standing(target)))).toBe(outcome);
  });
});
