import { expect, test } from '@jest/globals';
import { foldUsername, password, username } from './usernames.js';

test.each(['ab', 'Ada.Lovelace', '김철수', 'user_1-x', 'Ωmega', 'नमस्ते', 'a'.repeat(32)])('%s is a name', (name) => {
  expect(username.safeParse(name).success).toBe(true);
});

test.each(['', 'a', 'a b', 'a@b', 'a'.repeat(33), 'a\u0000b', '\u0301ab', 'a/b', '😀😀'])('%j is no name', (name) => {
  expect(username.safeParse(name).success).toBe(false);
});

test('names are stored in NFKC', () => {
  expect(username.parse('ａｄａ')).toBe('ada');
});

test.each([
  ['ADA', 'ada'],
  ['Straße', 'STRASSE'],
  ['ΟΔΥΣΣΕΥΣ', 'οδυσσευς'],
  ['ﬁne', 'FINE'],
])('%s and %s fold to one', (a, b) => {
  expect(foldUsername(a)).toBe(foldUsername(b));
});

test('passwords are 8 to 128 characters of any kind', () => {
  expect(password.safeParse('비밀번호비밀번호').success).toBe(true);
  expect(password.safeParse('seven77').success).toBe(false);
  expect(password.safeParse('x'.repeat(129)).success).toBe(false);
});
