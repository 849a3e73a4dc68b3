import { expect, test } from '@jest/globals';
import { MessageRate } from './message-rate.js';

const MINUTE = 60_000;
const START = 1_000 * MINUTE;

test('counts the messages of each minute', () => {
  const rate = new MessageRate();
  for (let i = 0; i < 3; i++) rate.count(START);
  rate.count(START + MINUTE);
  const { lastMinute, perMinute } = rate.read(START + MINUTE);
  expect(lastMinute).toBe(1);
  expect(perMinute).toHaveLength(30);
  expect(perMinute.slice(-3)).toEqual([0, 3, 1]);
});

test('forgets what is older than half an hour, also after a long silence', () => {
  const rate = new MessageRate();
  rate.count(START);
  expect(rate.read(START + 29 * MINUTE).perMinute[0]).toBe(1);
  expect(rate.read(START + 30 * MINUTE).perMinute).toEqual(new Array(30).fill(0));
  rate.count(START + 500 * MINUTE);
  expect(rate.read(START + 500 * MINUTE).perMinute.reduce((a, b) => a + b)).toBe(1);
});
