import { expect, test } from '@jest/globals';
import { socketFits } from './local-socket.js';

test.each([
  ['/home/ada/brook/.data/redis/redis.sock', true],
  [`/${'x'.repeat(102)}`, true],
  [`/${'x'.repeat(103)}`, false],
  [`/${'나'.repeat(40)}`, false],
  ['/home/ada lovelace/.data/redis/redis.sock', false],
  ['/home/ada,bob/.data/redis/redis.sock', false],
])('%s can be a socket: %s', (path, fits) => {
  expect(socketFits(path)).toBe(fits && process.platform !== 'win32');
});
