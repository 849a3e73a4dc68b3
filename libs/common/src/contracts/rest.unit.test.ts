import { describe, expect, test } from '@jest/globals';
import { adminSearchQuery, historyQuery, roomsQuery, searchQuery } from './rest.js';
import { blockVisitorBody } from './support.js';

describe('queries that a database could not take', () => {
  test.each([
    ['rooms', roomsQuery],
    ['admin lists', adminSearchQuery],
  ])('%s: a NUL is no part of a name', (_what, schema) => {
    expect(schema.safeParse({ query: 'a' }).success).toBe(true);
    expect(schema.safeParse({ query: '\u0000' }).success).toBe(false);
  });

  test.each([
    ['0001-01-01', '0001-01-01T00:00:00.000Z'],
    ['9999-12-31T23:59:59Z', '9999-12-31T23:59:59.000Z'],
    ['0000-01-01', undefined],
    ['0001-01-01T00:00:00+01:00', undefined],
    ['9999-12-31T23:59:59-01:00', undefined],
    ['2026-13-01', undefined],
  ])('a time of %s is %s', (text, time) => {
    expect(historyQuery.safeParse({ at: text }).data?.at).toBe(time);
    expect(searchQuery.safeParse({ q: 'x', after: text }).data?.after).toBe(time);
    if (text.includes('T')) expect(blockVisitorBody.safeParse({ until: text }).data?.until).toBe(time);
  });
});
