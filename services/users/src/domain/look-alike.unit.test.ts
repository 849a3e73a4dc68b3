import { expect, test } from '@jest/globals';
import { foldUsername } from '@brook/common/contracts';
import { lookAlikeKey } from './look-alike.js';

const key = (name: string) => lookAlikeKey(foldUsername(name));

test.each([
  ['аdmin', 'admin'],
  ['РАУРАL', 'paypal'],
  ['οmega', 'omega'],
  ['ｄａｖｉｄ', 'david'],
])('%s looks like %s', (fake, real) => {
  expect(key(fake)).toBe(key(real));
});

test.each([
  ['user1', 'userl'],
  ['мир', 'мор'],
  ['김철수', '김철호'],
  ['omega', 'omego'],
])('%s does not look like %s', (one, other) => {
  expect(key(one)).not.toBe(key(other));
});
