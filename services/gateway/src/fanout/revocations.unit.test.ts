import { describe, expect, test } from '@jest/globals';
import { Revocations } from './revocations.js';

const session = { userId: 'u1', sessionId: 's1' };

describe('Revocations', () => {
  test('a session revoked while its token was verified is known, one of before is not', () => {
    const revocations = new Revocations();
    revocations.session(session, 100);
    expect(revocations.revokedSince(session, 100)).toBe(true);
    expect(revocations.revokedSince(session, 101)).toBe(false);
    expect(revocations.revokedSince({ ...session, sessionId: 's2' }, 0)).toBe(false);
  });

  test('all sessions of a person end but the excepted one', () => {
    const revocations = new Revocations();
    revocations.everySession({ userId: 'u1', exceptSessionId: 's1' }, 100);
    expect(revocations.revokedSince(session, 0)).toBe(false);
    expect(revocations.revokedSince({ ...session, sessionId: 's2' }, 0)).toBe(true);
    expect(revocations.revokedSince({ userId: 'u2', sessionId: 's2' }, 0)).toBe(false);
  });

  test('is forgotten after a minute', () => {
    const revocations = new Revocations();
    revocations.session(session, 0);
    revocations.session({ userId: 'u2', sessionId: 's2' }, 61_000);
    expect(revocations.revokedSince(session, 0)).toBe(false);
  });
});
