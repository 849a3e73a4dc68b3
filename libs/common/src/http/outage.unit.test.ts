import { describe, expect, test } from '@jest/globals';
import { toAppError } from './problem.js';

const prisma = (cause: object, code = 'P2010') =>
  Object.assign(new Error('Raw query failed'), { code, meta: { driverAdapterError: { name: 'DriverAdapterError', cause } } });

describe('a store that is away', () => {
  test.each([
    ['Postgres shuts down', prisma({ originalCode: '57P03', kind: 'postgres', code: '57P03' })],
    ['Postgres ended the connection', prisma({ originalCode: '57P01', kind: 'postgres', code: '57P01' })],
    ['Postgres has no connection left', prisma({ originalCode: '53300', kind: 'TooManyConnections' })],
    ['Postgres cannot be reached', prisma({ kind: 'DatabaseNotReachable', host: '127.0.0.1', port: 1 })],
    ['Postgres is read-only', prisma({ originalCode: '25006', kind: 'postgres', code: '25006' })],
    ['the pool has no connection', Object.assign(new Error('timed out'), { code: 'P2024' })],
    ['the pool kept us waiting', new Error('timeout exceeded when trying to connect')],
    ['Postgres let go of a new connection', new Error('Connection terminated due to connection timeout')],
    ['Postgres let go of an old connection', new Error('Connection terminated unexpectedly')],
    ['nobody listens', Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' })],
    ['Redis does not answer', Object.assign(new Error('Reached the max retries'), { name: 'MaxRetriesPerRequestError' })],
    ['Redis loads its data', new Error('LOADING Redis is loading the dataset in memory')],
    ['Redis was too slow', new Error('Command timed out')],
  ])('%s: unavailable, with a time to come back', (_name, err) => {
    const error = toAppError(err);
    expect(error.code).toBe('unavailable');
    expect(error.retryAfterMs).toBeGreaterThan(0);
  });

  test.each([
    ['a broken constraint', prisma({ originalCode: '23505', kind: 'UniqueConstraintViolation' })],
    ['a bad statement', prisma({ originalCode: '42703', kind: 'ColumnNotFound' })],
    ['a fault of our own', new TypeError('x is not a function')],
  ])('%s stays internal', (_name, err) => expect(toAppError(err).code).toBe('internal'));
});
