import { Redis } from 'ioredis';
import pg from 'pg';

/** Where a text stands: `schema.table` of each row, and `key` of each Redis key, name or content. */
export async function findTraces(urls: { databaseUrl: string; redisUrl: string }, text: string): Promise<string[]> {
  return [...(await inPostgres(urls.databaseUrl, text)), ...(await inRedis(urls.redisUrl, text))].sort();
}

/** Looks at every row of every table of every schema. */
async function inPostgres(url: string, text: string): Promise<string[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows: tables } = await client.query<{ name: string }>(
      `SELECT format('%I.%I', schemaname, tablename) AS name FROM pg_tables
       WHERE schemaname NOT IN ('pg_catalog', 'information_schema')`,
    );
    const found: string[] = [];
    for (const { name } of tables) {
      const { rowCount } = await client.query(`SELECT 1 FROM ${name} t WHERE strpos(t::text, $1) > 0`, [text]);
      for (let i = 0; i < (rowCount ?? 0); i++) found.push(name);
    }
    return found;
  } finally {
    await client.end();
  }
}

/** Looks at every key of the logical database: its name and all that it holds. */
async function inRedis(url: string, text: string): Promise<string[]> {
  const redis = new Redis(url);
  try {
    const found: string[] = [];
    for (const key of await redis.keys('*')) {
      if (key.includes(text) || JSON.stringify(await contentOf(redis, key)).includes(text)) found.push(key);
    }
    return found;
  } finally {
    redis.disconnect();
  }
}

async function contentOf(redis: Redis, key: string): Promise<unknown> {
  const type = await redis.type(key);
  switch (type) {
    case 'string':
      return redis.get(key);
    case 'hash':
      return redis.hgetall(key);
    case 'list':
      return redis.lrange(key, 0, -1);
    case 'stream':
      return redis.xrange(key, '-', '+');
    case 'set':
      return redis.smembers(key);
    case 'zset':
      return redis.zrange(key, '0', '-1');
    case 'none':
      return null;
    default:
      throw new TypeError(`a Redis key of type ${type}`);
  }
}
