import { describe, expect, test } from '@jest/globals';
import { type Account, toAdminUser, toUser, updateProfile, upgradeGuest } from './account.js';

const account: Account = {
  id: '018f0000-0000-7000-8000-000000000000',
  username: 'ada',
  displayName: 'Ada',
  avatarUrl: 'https://example.org/a.png',
  kind: 'member',
  role: 'user',
  version: 4,
  createdAt: new Date('2026-01-02T03:04:05.006Z'),
  blockedAt: null,
};

describe('updateProfile', () => {
  test('takes over what is given and raises the version', () => {
    expect(updateProfile(account, { displayName: 'Countess' })).toEqual({ ...account, displayName: 'Countess', version: 5 });
    expect(updateProfile(account, { avatarUrl: null })).toEqual({ ...account, avatarUrl: null, version: 5 });
  });

  test('is null when nothing changes', () => {
    expect(updateProfile(account, {})).toBeNull();
    expect(updateProfile(account, { displayName: 'Ada', avatarUrl: account.avatarUrl })).toBeNull();
  });
});

test('a user is what the contract shows, no more', () => {
  expect(toUser(account)).toEqual({
    id: account.id,
    username: 'ada',
    displayName: 'Ada',
    avatarUrl: 'https://example.org/a.png',
    kind: 'member',
    role: 'user',
    createdAt: '2026-01-02T03:04:05.006Z',
  });
});

test('an admin also sees since when somebody is blocked', () => {
  expect(toAdminUser(account)).toEqual({ ...toUser(account), blockedAt: null });
  expect(toAdminUser({ ...account, blockedAt: account.createdAt }).blockedAt).toBe('2026-01-02T03:04:05.006Z');
});

test('a guest who becomes a member keeps a chosen display name, not a given one', () => {
  const guest: Account = { ...account, kind: 'guest', username: 'guest-abc234', displayName: 'guest-abc234' };
  expect(upgradeGuest(guest, 'ada')).toEqual({ ...guest, kind: 'member', username: 'ada', displayName: 'ada', version: 5 });
  expect(upgradeGuest({ ...guest, displayName: 'Ada' }, 'countess').displayName).toBe('Ada');
});
