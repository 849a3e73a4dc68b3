import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { fullJitter } from '../backoff.js';
import { afterClose } from './reconnect-rule.js';

const backoff = { baseMs: 500, capMs: 10_000 };
const facts = { code: 1006, attempt: 0, refreshed: false, goodbyeMs: null };

describe('afterClose', () => {
  it.each([1000, 1001, 1006, 1011, 4000, 4001, 4008, 4009, 4029])('reconnects after %d', (code) => {
    expect(afterClose({ ...facts, code }, backoff).kind).toBe('wait');
  });

  it.each([4500, 4503, 4510, 4513])('stops after %d', (code) => {
    expect(afterClose({ ...facts, code }, backoff).kind).toBe('stop');
  });

  it('renews the token once after 4501', () => {
    expect(afterClose({ ...facts, code: 4501 }, backoff).kind).toBe('refresh');
    expect(afterClose({ ...facts, code: 4501, refreshed: true }, backoff).kind).toBe('stop');
  });

  it('waits as long as the goodbye asked', () => {
    const rule = afterClose({ ...facts, code: 4001, goodbyeMs: 3_000 }, backoff, () => 0.5);
    expect(rule).toEqual({ kind: 'wait', ms: 3_250 });
  });

  it('waits at least a second after 4029', () => {
    expect(afterClose({ ...facts, code: 4029 }, backoff, () => 0)).toEqual({ kind: 'wait', ms: 1_000 });
  });
});

describe('fullJitter', () => {
  it('stays between 0 and the bound of its attempt', () => {
    fc.assert(
      fc.property(fc.nat({ max: 200 }), fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), (attempt, random) => {
        const ms = fullJitter(attempt, backoff, () => random);
        expect(ms).toBeGreaterThanOrEqual(0);
        expect(ms).toBeLessThanOrEqual(Math.min(10_000, 500 * 2 ** attempt));
      }),
    );
  });
});
