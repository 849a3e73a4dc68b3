import { expect, test } from '@jest/globals';
import { actorOf, may } from './rights.js';

test('strangers read public rooms and nothing more', () => {
  expect(may('stranger', 'room.read', 'public')).toBe(true);
  expect(may('stranger', 'room.join', 'public')).toBe(true);
  expect(may('stranger', 'message.send', 'public')).toBe(false);
  expect(may('stranger', 'room.read', 'private')).toBe(false);
});

test('a banned person may do nothing, whatever role is left', () => {
  expect(actorOf({ admin: false, banned: true, role: 'owner' })).toBe('banned');
  expect(may('banned', 'room.read', 'public')).toBe(false);
});

test('an application admin counts as owner everywhere', () => {
  expect(actorOf({ admin: true, banned: true, role: null })).toBe('admin');
  expect(may('admin', 'room.delete', 'private')).toBe(true);
});

test('moderators moderate, owners own', () => {
  expect(may('moderator', 'message.delete_any', 'public')).toBe(true);
  expect(may('member', 'message.delete_any', 'public')).toBe(false);
  expect(may('moderator', 'room.delete', 'public')).toBe(false);
  expect(may('owner', 'member.set_role', 'private')).toBe(true);
});
