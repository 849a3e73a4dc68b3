import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { Emitter } from '../emitter.js';
import { BrookError } from '../errors.js';
import type { ConnectionEvents } from '../socket/connection.js';
import type { AnswerHandler } from '../socket/pending-answers.js';
import { memoryStorage } from '../storage/memory-storage.js';
import { Outbox } from './outbox.js';

const ROOM = '0192f0c1-0000-7000-8000-000000000001';
const HELD_MS = 5;
/** More than the millisecond that the outbox waits on top. */
const EARLY_MS = 1.02;

/** A connection that is always there and keeps what it is asked. */
class Line extends Emitter<ConnectionEvents> {
  readonly online = true;
  readonly asked: AnswerHandler[] = [];
  ask(_question: unknown, handler: AnswerHandler): void {
    this.asked.push(handler);
  }
  resync(): void {
    throw new Error('nothing was out of order');
  }
}

beforeEach(() => {
  jest.useFakeTimers();
  jest.spyOn(Math, 'random').mockReturnValue(0);
});
afterEach(() => {
  jest.useRealTimers();
  jest.restoreAllMocks();
});

/** A clock whose first reading of each moment is a little early, as it is when a timer fires before its time. */
function earlyClock(): () => number {
  let last = 0;
  return () => {
    const moment = performance.now();
    if (moment === last) return moment;
    last = moment;
    return moment - EARLY_MS;
  };
}

test('a timer that fires a moment before its time does not end the sending', async () => {
  const line = new Line();
  const outbox = new Outbox({ connection: line, storage: memoryStorage(), awaited: () => false, now: earlyClock() });
  outbox.use('me');
  const sent = outbox.send(ROOM, 'hello');
  await jest.advanceTimersByTimeAsync(0);
  expect(line.asked).toHaveLength(1);
  line.asked[0]?.fail(new BrookError('rate_limited', 'slower', { retryAfterMs: HELD_MS }));
  await jest.advanceTimersByTimeAsync(1_000);
  expect(line.asked).toHaveLength(2);
  outbox.stop();
  await expect(sent).rejects.toThrow('closed');
});
