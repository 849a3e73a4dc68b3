import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { AppError, fromRefusal, parse } from './index.js';

test('a refusal survives the wire', () => {
  const error = new AppError('overloaded', 'wait', { retryAfterMs: 500 });
  expect(fromRefusal(JSON.parse(JSON.stringify(error.toRefusal())))).toMatchObject({
    code: 'overloaded',
    message: 'wait',
    retryAfterMs: 500,
  });
});

test.each([null, undefined, 'text', { code: 'no_such_code' }])('%j is no refusal we know', (body) => {
  expect(fromRefusal(body).code).toBe('internal');
});

test('input that does not fit names its fields', () => {
  const error = (() => {
    try {
      return parse(z.object({ seq: z.number() }), { seq: 'x' });
    } catch (err) {
      return err;
    }
  })();
  expect(error).toMatchObject({ code: 'validation_failed', status: 400, issues: [{ path: 'seq' }] });
});
