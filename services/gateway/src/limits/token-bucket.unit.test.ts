import { describe, expect, test } from '@jest/globals';
import { SendLimits } from './send-limits.js';
import { TokenBucket } from './token-bucket.js';

const ROOM = 'room-1';

describe('TokenBucket', () => {
  test('holds six times the rate, then refuses and says how long', () => {
    const bucket = new TokenBucket(50, 0);
    for (let i = 0; i < 300; i++) expect(bucket.take(0)).toBe(0);
    expect(bucket.take(0)).toBe(20);
    expect(bucket.take(19)).toBe(1);
    expect(bucket.take(20)).toBe(0);
    expect(bucket.take(20)).toBe(20);
  });

  test('never holds more than it may, and never refuses at rate 0', () => {
    const bucket = new TokenBucket(1, 0);
    for (let i = 0; i < 6; i++) expect(bucket.take(1_000_000)).toBe(0);
    expect(bucket.take(1_000_000)).toBe(1000);
    const off = new TokenBucket(0, 0);
    for (let i = 0; i < 10_000; i++) expect(off.take(0)).toBe(0);
  });

  test('a clock that stands still or goes back gives nothing away', () => {
    const bucket = new TokenBucket(1, 1000);
    for (let i = 0; i < 6; i++) bucket.take(1000);
    expect(bucket.take(0)).toBeGreaterThan(0);
    expect(bucket.take(0)).toBeGreaterThan(0);
  });
});

describe('SendLimits', () => {
  const limits = new SendLimits({ sendsPerSecond: 2, sendsPerRoomPerSecond: 1 });

  test('what the room refuses does not count against the connection', () => {
    const own = limits.forConnection(0);
    for (let i = 0; i < 6; i++) limits.check(ROOM, own, 0);
    for (let i = 0; i < 20; i++) expect(() => limits.check(ROOM, own, 0)).toThrow('too many messages in this room');
    for (let i = 0; i < 6; i++) limits.check('room-2', own, 0);
    expect(() => limits.check('room-3', own, 0)).toThrow('you are sending too fast');
  });

  test('the refusal carries when to try again', () => {
    const own = limits.forConnection(0);
    for (let i = 0; i < 12; i++) limits.check(`other-${i}`, own, 0);
    expect(() => limits.check('other', own, 0)).toThrow(expect.objectContaining({ code: 'rate_limited', retryAfterMs: 500 }));
  });
});
