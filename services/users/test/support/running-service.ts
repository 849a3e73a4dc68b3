import { fileURLToPath } from 'node:url';
import { applyMigrations, claimMeta } from '@brook/common/database';
import { InternalClient, listen } from '@brook/common/http';
import { createLogger } from '@brook/common/logging';
import { Registry } from '@brook/common/metrics';
import { closeRedis, connectRedis, type RedisClient, type RedisRole } from '@brook/common/redis';
import { freshDatabase, freshRedis } from '@brook/common/testing';
import { createApp } from '../../src/app.js';
import type { UsersContext } from '../../src/context.js';
import { tokenKeys } from '../../src/credentials/token-keys.js';
import { createPrisma, type Database, SCHEMA } from '../../src/repositories/prisma.js';
import { createContext } from '../../src/wiring.js';
import { newTokenKeys } from './token-keys.js';

const INTERNAL_KEY = 'a key for tests only';
export const DEVICE = { ip: '203.0.113.77', userAgent: 'Tests/1.0' };
export const PASSWORD = 'correct horse battery';
const migrations = fileURLToPath(new URL('../../prisma/migrations', import.meta.url));

/** The service's app on a database and a Redis of its own, and how to look behind it. */
export interface RunningService {
  client: InternalClient;
  /** Base URL of the internal HTTP. */
  url: string;
  context: UsersContext;
  prisma: Database;
  redis: RedisClient;
  partitions: number;
  era: string;
  /** Everything that was logged, one JSON line each. */
  log: string[];
  connect: (role: RedisRole) => RedisClient;
  stop(): Promise<void>;
}

/** Starts the app as `main.ts` does, without the command owner; on this worker's Redis unless another one is given. */
export async function startUsers(givenRedisUrl?: string): Promise<RunningService> {
  const partitions = 3;
  const database = await freshDatabase();
  const redisUrl = givenRedisUrl ?? (await freshRedis());
  const log: string[] = [];
  const logger = createLogger({ service: 'users', level: 'trace' }, { write: (line: string) => void log.push(line) });
  await applyMigrations(database.url, SCHEMA, migrations, logger);
  const prisma = createPrisma(database.url, 10);
  const { era } = await claimMeta(prisma, partitions);
  const connect = (role: RedisRole) => connectRedis({ REDIS_URL: redisUrl }, role, logger);
  const redis = connect('commands');
  const producer = connect('producer');
  const context = await createContext({
    prisma,
    redis,
    producer,
    partitions,
    tokenKeys: tokenKeys.parse(newTokenKeys()),
    logger,
  });
  await redis.ping();
  const app = createApp({ context, internalKey: INTERNAL_KEY, metrics: new Registry(), checks: [], era });
  const server = await listen(app, { host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${server.port}`;
  return {
    client: new InternalClient(url, INTERNAL_KEY),
    url,
    context,
    prisma,
    redis,
    partitions,
    era,
    log,
    connect,
    async stop() {
      await server.close();
      await context.refusals.stop();
      [redis, producer].forEach(closeRedis);
      await prisma.$disconnect();
      await database.drop();
    },
  };
}
