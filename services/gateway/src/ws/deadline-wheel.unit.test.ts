import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { DeadlineWheel } from './deadline-wheel.js';

describe('DeadlineWheel', () => {
  beforeEach(() => void jest.useFakeTimers());
  afterEach(() => void jest.useRealTimers());

  test.each([1, 100, 250, 51_100, 51_200, 51_300, 120_000])('fires %d ms later, never early, once', (delay) => {
    const wheel = new DeadlineWheel(100);
    let fired = 0;
    wheel.after(delay, () => fired++);
    jest.advanceTimersByTime(delay - 1);
    expect(fired).toBe(0);
    jest.advanceTimersByTime(300);
    expect(fired).toBe(1);
    jest.advanceTimersByTime(200_000);
    expect(fired).toBe(1);
  });

  test('a cancelled deadline does not fire, and an empty wheel stands still', () => {
    const wheel = new DeadlineWheel(100);
    let fired = 0;
    const deadline = wheel.after(500, () => fired++);
    wheel.after(200, () => deadline.cancel());
    jest.advanceTimersByTime(1_000);
    expect(fired).toBe(0);
    expect(jest.getTimerCount()).toBe(0);
  });

  test('what fires may set the next deadline', () => {
    const wheel = new DeadlineWheel(100);
    let fired = 0;
    const again = () => {
      if (++fired < 3) wheel.after(100, again);
    };
    wheel.after(100, again);
    jest.advanceTimersByTime(1_000);
    expect(fired).toBe(3);
    expect(jest.getTimerCount()).toBe(0);
  });
});
