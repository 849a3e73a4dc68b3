import { describe, expect, test } from '@jest/globals';
import { eventually } from './eventually.js';

describe('eventually', () => {
  test('returns the first value that is not false', async () => {
    let calls = 0;
    expect(await eventually(() => ++calls >= 3 && 'done', { interval: 1 })).toBe('done');
    expect(calls).toBe(3);
  });

  test('throws the last failure of the attempt', async () => {
    const attempt = () => {
      throw new Error('still down');
    };
    await expect(eventually(attempt, { timeout: 30, interval: 5 })).rejects.toThrow('still down');
  });

  test('says what never became true', async () => {
    await expect(eventually(() => false, { timeout: 30, interval: 5 })).rejects.toThrow('Not true after 30 ms');
  });
});
