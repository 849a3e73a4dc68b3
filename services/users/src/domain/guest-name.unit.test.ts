import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { username } from '@brook/common/contracts';
import { guestName } from './guest-name.js';

test('a guest name is a valid username made of the random bytes', () => {
  expect(guestName(new Uint8Array(12))).toBe('guest-222222');
  for (let i = 0; i < 100; i++) expect(username.parse(guestName(randomBytes(32)))).toMatch(/^guest-[2-9a-hjkmnp-z]{6}$/);
});

test('bytes that would favour a letter are skipped', () => {
  expect(guestName(new Uint8Array([255, 248, 0, 1, 2, 3, 4, 5]))).toBe('guest-234567');
  expect(() => guestName(new Uint8Array([255, 255, 255, 255, 255, 255, 0]))).toThrow(RangeError);
});
