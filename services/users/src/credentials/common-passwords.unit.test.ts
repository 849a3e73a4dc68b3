import { expect, test } from '@jest/globals';
import { isCommonPassword } from './common-passwords.js';

test.each(['password', 'Password1', '12345678', 'QWERTY123', 'ｐａｓｓｗｏｒｄ'])('%s is tried first', (password) => {
  expect(isCommonPassword(password)).toBe(true);
});

test.each(['correct horse', 'password of mine', 'zxcvbnm1 '])('%s is not', (password) => {
  expect(isCommonPassword(password)).toBe(false);
});
