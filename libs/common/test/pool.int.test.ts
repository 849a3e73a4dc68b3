import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openPool, type Pool } from '../src/database/index.js';
import { toAppError } from '../src/http/index.js';
import { type FreshDatabase, freshDatabase } from '../src/testing/index.js';

let database: FreshDatabase;
let pool: Pool;

beforeAll(async () => {
  database = await freshDatabase();
  pool = openPool(database.url, 'public', 1);
});
afterAll(async () => {
  await pool.end();
  await database.drop();
});

describe('a pool whose connections are all busy', () => {
  test('refuses who waited too long, with a time to come back', async () => {
    pool.options.connectionTimeoutMillis = 100;
    const busy = await pool.connect();
    const refused = await pool.query('SELECT 1').catch((err: unknown) => toAppError(err));
    busy.release();
    expect(refused).toMatchObject({ code: 'unavailable', retryAfterMs: expect.any(Number) });
    expect((await pool.query<{ one: number }>('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  });
});
