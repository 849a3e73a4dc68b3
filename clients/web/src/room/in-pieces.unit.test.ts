import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { inPieces } from './in-pieces.js';

const FRAME_MS = 16;
/** What the browser gives and Node does not. */
const browser = globalThis as unknown as Record<string, unknown>;

describe('changes of a busy room', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    browser['requestAnimationFrame'] = (work: () => void) => setTimeout(work, FRAME_MS);
    browser['cancelAnimationFrame'] = clearTimeout;
  });

  afterEach(() => {
    jest.useRealTimers();
    for (const name of ['requestAnimationFrame', 'cancelAnimationFrame']) delete browser[name];
  });

  test('are drawn in the next frame where nothing was drawn just now', () => {
    const draw = jest.fn();
    inPieces(draw).changed();
    expect(draw).not.toHaveBeenCalled();
    jest.advanceTimersByTime(FRAME_MS);
    expect(draw).toHaveBeenCalledTimes(1);
  });

  test('are drawn twenty times a second at most, fifty of them as well', () => {
    let last = 0;
    const drawn: number[] = [];
    const { changed } = inPieces(() => drawn.push(last));
    for (last = 1; last <= 50; last++) {
      changed();
      jest.advanceTimersByTime(20);
    }
    last = 50;
    jest.advanceTimersByTime(200);
    expect(drawn.length).toBeGreaterThanOrEqual(15);
    expect(drawn.length).toBeLessThanOrEqual(22);
    expect(drawn.at(-1)).toBe(50);
  });

  test('are not drawn any more once that was called off', () => {
    const draw = jest.fn();
    const { changed, cancel } = inPieces(draw);
    changed();
    cancel();
    jest.advanceTimersByTime(1_000);
    expect(draw).not.toHaveBeenCalled();
  });
});
