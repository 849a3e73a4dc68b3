import { describe, expect, test } from '@jest/globals';
import { advance, unread } from './read-marker.js';

describe('read markers', () => {
  test.each([
    [{ lastSeq: 10, lastReadSeq: 3 }, 7, 7],
    [{ lastSeq: 10, lastReadSeq: 8 }, 7, 8],
    [{ lastSeq: 10, lastReadSeq: 3 }, 99, 10],
    [{ lastSeq: 2, lastReadSeq: 3 }, 99, 3],
  ])('%j reading %i stands at %i', (state, seq, marker) => {
    expect(advance(state, seq)).toBe(marker);
  });

  test('unread is never negative', () => {
    expect(unread({ lastSeq: 5, lastReadSeq: 2 })).toBe(3);
    expect(unread({ lastSeq: 2, lastReadSeq: 5 })).toBe(0);
  });
});
