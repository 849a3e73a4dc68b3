import { expect, test } from '@jest/globals';
import { loginDelaySeconds } from './login-delay.js';

test('the wait grows with each try and stays bounded', () => {
  expect([1, 2, 3, 4, 5, 6, 1_000_000].map(loginDelaySeconds)).toEqual([60, 120, 240, 480, 900, 900, 900]);
});
