import { describe, expect, test } from '@jest/globals';
import { decodeCursor, encodeCursor, toPage } from './cursor.js';

const ID = '0198a6d2-0000-7000-8000-000000000001';

describe('cursors', () => {
  test('come back as they were', () => {
    const cursor = { at: new Date('2026-01-01T00:00:00.123Z'), id: ID };
    expect(decodeCursor(encodeCursor(cursor))).toEqual(cursor);
  });

  test.each(['', 'x', '!!', Buffer.from('[1]').toString('base64url'), Buffer.from('[-1,"x"]').toString('base64url')])(
    'refuses %j',
    (text) => {
      expect(() => decodeCursor(text)).toThrow(expect.objectContaining({ code: 'validation_failed' }));
    },
  );

  test('a page has a next one only when there is more', () => {
    const place = (ms: number) => ({ at: new Date(ms), id: ID });
    expect(toPage([1, 2, 3], 2, String, place)).toEqual({ items: ['1', '2'], nextCursor: encodeCursor(place(2)) });
    expect(toPage([1, 2], 2, String, place)).toEqual({ items: ['1', '2'], nextCursor: null });
  });
});
