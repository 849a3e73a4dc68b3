import { expect, test } from '@jest/globals';
import { addEncoded, encode, newHistogram, record, timesOf } from './histogram.js';
import { median, slope } from './statistics.js';

test('the median of odd and even numbers of values', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([5])]).toEqual([2, 2.5, 5]);
  expect(median([])).toBeNaN();
});

test('the slope of points that lie on and beside a line', () => {
  expect(
    slope([
      [0, 1],
      [1, 3],
      [2, 5],
    ]),
  ).toBeCloseTo(2);
  expect(
    slope([
      [0, 0],
      [1, 1],
      [2, 0],
    ]),
  ).toBeCloseTo(0);
  expect(slope([[1, 1]])).toBeNaN();
});

test('histograms of two processes add up, in milliseconds', () => {
  const [one, other, sum] = [newHistogram(), newHistogram(), newHistogram()];
  for (let i = 1; i <= 50; i++) record(one, i * 1000);
  for (let i = 51; i <= 100; i++) record(other, i * 1000);
  addEncoded(sum, encode(one));
  addEncoded(sum, encode(other));
  const { count, p50, p99, max } = timesOf(sum);
  expect(count).toBe(100);
  expect(p50).toBeCloseTo(50, 0);
  expect(p99).toBeCloseTo(99, 0);
  expect(max).toBeCloseTo(100, 0);
});
