import { fileURLToPath } from 'node:url';
import { applyMigrations, claimMeta } from '@brook/common/database';
import { createLogger } from '@brook/common/logging';
import { type FreshDatabase, freshDatabase, startPrivateRedis, startRedisCluster } from '@brook/common/testing';
import pg from 'pg';
import { OWNERS } from '../../src/owner-schemas.js';

export const REDIS_KINDS = ['standalone', 'cluster'] as const;

/** Where a test's own Postgres and Redis are; the environment of an administration command says the same. */
export interface AdministeredStores {
  database: FreshDatabase;
  env: { DATABASE_URL: string; REDIS_URL: string; REDIS_CLUSTER_NODES: string };
  addresses: { databaseUrl: string; redisUrl: string | undefined; redisClusterNodes: string | undefined };
  stop(): Promise<void>;
}

/** A database with the schemas of the three services, set up with two partitions, and a Redis of its own. */
export async function administeredStores(kind: (typeof REDIS_KINDS)[number]): Promise<AdministeredStores> {
  const database = await freshDatabase();
  for (const service of OWNERS) await setUp(database.url, service);
  const redis = kind === 'cluster' ? await startRedisCluster() : await startPrivateRedis({ persistent: false });
  const redisUrl = 'url' in redis ? redis.url : undefined;
  const redisClusterNodes = 'nodes' in redis ? redis.nodes : undefined;
  return {
    database,
    addresses: { databaseUrl: database.url, redisUrl, redisClusterNodes },
    env: { DATABASE_URL: database.url, REDIS_URL: redisUrl ?? '', REDIS_CLUSTER_NODES: redisClusterNodes ?? '' },
    async stop() {
      await redis.stop();
      await database.drop();
    },
  };
}

async function setUp(url: string, service: (typeof OWNERS)[number]): Promise<void> {
  const migrations = fileURLToPath(new URL(`../../../../services/${service}/prisma/migrations`, import.meta.url));
  await applyMigrations(url, service, migrations, createLogger({ service: 'test', level: 'silent' }));
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${service}` });
  await client.connect();
  try {
    const run = async (query: string, values: unknown[]) => (await client.query(query, values)).rows;
    await claimMeta(
      {
        $queryRawUnsafe: (query, ...values) => run(query, values) as never,
        $executeRawUnsafe: async (query, ...values) => (await run(query, values)).length,
      },
      2,
    );
  } finally {
    await client.end();
  }
}
