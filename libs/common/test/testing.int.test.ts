import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  eventually,
  type FreshDatabase,
  freshDatabase,
  freshRedis,
  type PrivateRedis,
  startPrivateRedis,
} from '@brook/common/testing';
import { Redis } from 'ioredis';
import pg from 'pg';

describe('a fresh database', () => {
  let database: FreshDatabase;
  beforeAll(async () => {
    database = await freshDatabase();
  });
  afterAll(() => database.drop());

  test('is empty, UTF-8, and folds letters beyond ASCII', async () => {
    const client = new pg.Client({ connectionString: database.url });
    await client.connect();
    const { rows } = await client.query(
      "SELECT lower('ÄÖ') AS folded, (SELECT count(*) FROM pg_tables WHERE schemaname = 'public') AS tables",
    );
    await client.end();
    expect(rows).toEqual([{ folded: 'äö', tables: '0' }]);
  });
});

describe('a fresh Redis', () => {
  test('is empty each time it is asked for', async () => {
    const client = new Redis(await freshRedis());
    await client.set('left', 'over');
    await freshRedis();
    expect(await client.dbsize()).toBe(0);
    client.disconnect();
  });
});

describe('a private Redis', () => {
  let redis: PrivateRedis;
  let client: Redis;
  beforeAll(async () => {
    redis = await startPrivateRedis();
    client = new Redis(redis.url, { retryStrategy: () => 20 });
    client.on('error', () => undefined);
  });
  afterAll(async () => {
    client.disconnect();
    await redis.stop();
  });

  test('refuses a client without the password', async () => {
    const url = new URL(redis.url);
    url.password = '';
    const stranger = new Redis(url.toString(), { lazyConnect: true, retryStrategy: null });
    stranger.on('error', () => undefined);
    await expect(stranger.connect()).rejects.toThrow();
    stranger.disconnect();
  });

  test('comes back on its data after being halted', async () => {
    await client.set('kept', '1');
    await redis.halt();
    await redis.resume();
    expect(await eventually(() => client.get('kept'))).toBe('1');
  });

  test('comes back by itself, as another process, after being killed', async () => {
    const before = redis.pid();
    redis.kill();
    await eventually(() => redis.pid() !== undefined && redis.pid() !== before);
    expect(await client.ping()).toBe('PONG');
  });
});
