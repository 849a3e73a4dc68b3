import { expect, test } from '@jest/globals';
import { isLive, sessionExpiry } from './session.js';

const now = new Date('2026-03-01T00:00:00.000Z');
const session = { id: 's', userId: 'u', expiresAt: sessionExpiry(now), revokedAt: null };

test('a session lives 30 days from its last use, not a moment longer', () => {
  expect(session.expiresAt.toISOString()).toBe('2026-03-31T00:00:00.000Z');
  expect(isLive(session, new Date('2026-03-30T23:59:59.999Z'))).toBe(true);
  expect(isLive(session, session.expiresAt)).toBe(false);
});

test('a revoked session is not live', () => {
  expect(isLive({ ...session, revokedAt: now }, now)).toBe(false);
});
