import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { BrookError } from '../errors.js';
import type { Connection, ConnectionEvents } from './connection.js';
import { Emitter } from '../emitter.js';
import { requestPersistently } from './persistent-request.js';

const QUESTION = { type: 'message.delete' as const, roomId: 'r', seq: 1 };
const WAIT_MS = 1_000;

/** A connection that is back at once whenever it was lost, and answers with these, one after the other. */
class Line extends Emitter<ConnectionEvents> {
  readonly state = { status: 'online' } as Connection['state'];
  readonly answers: (BrookError | 'ok')[];
  constructor(...answers: (BrookError | 'ok')[]) {
    super();
    this.answers = answers;
  }
  request(): ReturnType<Connection['request']> {
    const answer = this.answers.shift();
    return answer instanceof BrookError ? Promise.reject(answer) : Promise.resolve({ type: 'ack', id: '1' });
  }
}

const error = (code: ConstructorParameters<typeof BrookError>[0]) => new BrookError(code, code);

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

async function outcome(line: Line): Promise<string> {
  const asked = requestPersistently(line, QUESTION, WAIT_MS).then(
    () => 'ok',
    (refusal: BrookError) => refusal.code,
  );
  await jest.advanceTimersByTimeAsync(60_000);
  return asked;
}

describe('a question that may be asked twice', () => {
  test('is asked again after an answer that was lost', async () => {
    expect(await outcome(new Line(error('disconnected'), error('unavailable'), 'ok'))).toBe('ok');
  });

  test('is asked three times at most', async () => {
    const line = new Line(error('unavailable'), error('unavailable'), error('unavailable'), 'ok');
    expect(await outcome(line)).toBe('unavailable');
    expect(line.answers).toEqual(['ok']);
  });

  test('"not now" does not hide that it may have been done before', async () => {
    expect(await outcome(new Line(error('disconnected'), error('overloaded'), error('overloaded')))).toBe('disconnected');
    expect(await outcome(new Line(error('overloaded'), error('overloaded'), error('overloaded')))).toBe('overloaded');
  });

  test('a refusal for good is told as it is', async () => {
    expect(await outcome(new Line(error('disconnected'), error('forbidden'), 'ok'))).toBe('forbidden');
  });
});
