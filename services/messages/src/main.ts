import { fileURLToPath } from 'node:url';
import { loadConfig } from '@brook/common/config';
import { applyMigrations, claimMeta, readMeta, watchEra } from '@brook/common/database';
import { InternalClient, listen } from '@brook/common/http';
import { type Lifecycle, runService } from '@brook/common/lifecycle';
import { createLogger } from '@brook/common/logging';
import { Counter, createMetrics, watchPool } from '@brook/common/metrics';
import { closeRedis, connectRedis, RedisGeneration } from '@brook/common/redis';
import { replicaName } from '@brook/common/streams';
import { createApp } from './app.js';
import { RecentWarmer } from './cache/recent-warmer.js';
import { messagesEnv } from './config.js';
import { messagesOwner } from './consumers/commands.js';
import { Housekeeping } from './consumers/housekeeping.js';
import { askVisibility } from './consumers/room-visibility.js';
import { RoomsFeed } from './consumers/rooms-feed.js';
import { SearchIndexer } from './consumers/search-indexer.js';
import { openDatabase } from './repositories/prisma.js';

const MIGRATIONS = fileURLToPath(new URL('../prisma/migrations', import.meta.url));
const logger = createLogger({ service: 'messages', level: process.env['LOG_LEVEL'] ?? 'info' });

async function start(lifecycle: Lifecycle): Promise<void> {
  const config = loadConfig(messagesEnv);
  await applyMigrations(config.DATABASE_URL, 'messages', MIGRATIONS, logger);
  const metrics = createMetrics('messages');
  const { prisma, pool } = openDatabase(config.DATABASE_URL, config.DATABASE_POOL, (opened) => watchPool(metrics, opened));
  lifecycle.onStop('postgres', () => prisma.$disconnect());
  const { partitions, era } = await claimMeta(prisma, config.PARTITIONS);
  lifecycle.onStop(
    'era watch',
    watchEra(prisma, era, () => lifecycle.abort('the database was restored'), logger),
  );

  const redis = connectRedis(config, 'commands', logger);
  lifecycle.onStop('redis', () => closeRedis(redis));
  const generation = new RedisGeneration(redis, logger, era);

  const warmUps = new Counter({
    name: 'brook_warm_ups_total',
    help: 'Recent caches stored from the database',
    registers: [metrics],
  });

  const warmer = new RecentWarmer({
    prisma,
    redis,
    generation,
    partitions,
    logger,
    onWarmed: (stored) => stored && warmUps.inc(),
  });
  const housekeeping = new Housekeeping({ prisma, redis, partitions, logger });
  const rooms = new InternalClient(config.ROOMS_URL, config.INTERNAL_KEY);
  const feed = new RoomsFeed({
    prisma,
    partitions,
    rooms,
    connect: () => connectRedis(config, 'blocking', logger),
    onRoomClosed: () => void housekeeping.purge(),
    logger,
  });
  const indexer = new SearchIndexer({ prisma, partitions, isPublic: askVisibility(rooms), logger });
  const owner = messagesOwner({
    prisma,
    pool,
    redis,
    redisConfig: config,
    generation,
    replica: replicaName(),
    partitions,
    catchUp: () => feed.catchUp(),
    indexer,
    metrics,
    logger,
  });

  const checks = [
    { name: 'postgres', check: async () => void (await readMeta(prisma)) },
    { name: 'redis', check: async () => void (await redis.ping()) },
    { name: 'owner', check: () => owner.check() },
  ];
  const meta = { service: 'messages', partitions, era };
  const app = createApp({ prisma, warmer, meta, internalKey: config.INTERNAL_KEY, checks, metrics, logger });
  const http = await listen(app, { host: config.INTERNAL_HOST, port: config.INTERNAL_PORT });
  lifecycle.onStop('http', () => http.close());
  logger.info({ port: http.port }, 'internal http listens');

  lifecycle.onStop('housekeeping', () => housekeeping.stop());
  housekeeping.start();
  lifecycle.onStop('rooms feed', () => feed.stop());
  await feed.start();
  lifecycle.onStop('search indexer', () => indexer.close());
  lifecycle.onStop('command owner', () => owner.stop());
  await owner.start();
}

await runService(logger, start);
