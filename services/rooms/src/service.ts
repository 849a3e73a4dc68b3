import { fileURLToPath } from 'node:url';
import { applyMigrations, claimMeta, readMeta, watchEra } from '@brook/common/database';
import { InternalClient, type Listening, listen } from '@brook/common/http';
import type { Lifecycle } from '@brook/common/lifecycle';
import type { Logger } from '@brook/common/logging';
import { createMetrics, watchPool } from '@brook/common/metrics';
import { closeRedis, connectRedis, RedisGeneration, type RedisRole } from '@brook/common/redis';
import { CommandProducer, EventTrimmer, replicaName } from '@brook/common/streams';
import { createApp } from './app.js';
import { blockExpiry } from './block-expiry.js';
import { RoomCache } from './cache/room-cache.js';
import { createOwner } from './command-owner.js';
import type { RoomsEnv } from './config.js';
import { CacheRepair } from './consumers/cache-repair.js';
import { MessageEvents } from './consumers/message-events.js';
import { conversationSignals } from './conversation-signals.js';
import { Housekeeping } from './housekeeping.js';
import { Profiles } from './profiles.js';
import { ChangeRepository } from './repositories/change-repository.js';
import { ConversationLists } from './repositories/conversation-lists.js';
import { HeadRepository } from './repositories/head-repository.js';
import { PurgeRepository } from './repositories/purge-repository.js';
import { createPrisma, SCHEMA } from './repositories/prisma.js';
import { RoomLists } from './repositories/room-lists.js';
import { roomPurge } from './room-purge.js';

/** The service's own commands, of blocks that end, stand back when this many wait. */
const BACKLOG_LIMIT = 10_000;
const MIGRATIONS = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

/**
 * Starts the rooms service: migrations, its owner loop and consumers, then its internal port. Every stop is registered with
 * `lifecycle`, in order: requests, commands and consumers (their partitions released), connections.
 * @throws MigrationError, ConfigError, or what Postgres answers
 */
export async function startRooms(env: RoomsEnv, logger: Logger, lifecycle: Lifecycle): Promise<Listening> {
  const { PARTITIONS: partitions } = env;
  await applyMigrations(env.DATABASE_URL, SCHEMA, MIGRATIONS, logger);
  const metrics = createMetrics('rooms');
  const prisma = createPrisma(env.DATABASE_URL, env.DATABASE_POOL, (pool) => watchPool(metrics, pool));
  lifecycle.onStop('postgres', () => prisma.$disconnect());
  const { era } = await claimMeta(prisma, partitions);
  lifecycle.onStop(
    'era watch',
    watchEra(prisma, era, () => lifecycle.abort('the database was restored'), logger),
  );

  const connect = (role: RedisRole) => connectRedis(env, role, logger);
  const redis = connect('commands');
  lifecycle.onStop('redis', () => closeRedis(redis));

  const rooms = new RoomLists(prisma);
  const changes = new ChangeRepository(prisma);
  const cache = new RoomCache({ redis, rooms, changes, partitions, logger });
  const messages = new InternalClient(env.MESSAGES_URL, env.INTERNAL_KEY);
  const messageEvents = new MessageEvents({
    partitions,
    connect,
    heads: new HeadRepository(prisma),
    messages,
    onConversations: conversationSignals(redis, logger),
    logger,
  });
  lifecycle.onStop('message events', () => messageEvents.close());

  const owner = createOwner({
    prisma,
    replica: replicaName(),
    partitions,
    connect,
    profiles: new Profiles(new InternalClient(env.USERS_URL, env.INTERNAL_KEY)),
    duties: [
      messageEvents,
      new CacheRepair(cache, new RedisGeneration(redis, logger), logger),
      new EventTrimmer('rooms', redis, logger),
    ],
    metrics,
    logger,
  });
  lifecycle.onStop('owner', () => owner.stop());
  await owner.start();

  const housekeeping = new Housekeeping(changes, partitions, logger);
  lifecycle.onStop('housekeeping', () => housekeeping.stop());
  housekeeping.start();
  const purges = new PurgeRepository(prisma);
  const purge = roomPurge({ traces: purges, redis, partitions, logger });
  lifecycle.onStop('purge', () => purge.stop());
  purge.start();
  const conversations = new ConversationLists(prisma);
  const producer = connect('producer');
  lifecycle.onStop('producer', () => closeRedis(producer));
  const expiry = blockExpiry({
    conversations,
    producer: new CommandProducer(producer, { partitions, backlogLimit: BACKLOG_LIMIT }),
    logger,
  });
  lifecycle.onStop('block expiry', () => expiry.stop());
  expiry.start();

  const checks = [
    { name: 'redis', check: async () => void (await redis.ping()) },
    { name: 'postgres', check: async () => void (await readMeta(prisma)) },
    { name: 'owner', check: () => owner.check() },
    { name: 'message events', check: () => messageEvents.check() },
  ];
  const meta = { service: 'rooms', partitions, era };
  const app = createApp({
    logger,
    metrics,
    internalKey: env.INTERNAL_KEY,
    checks,
    meta,
    rooms,
    conversations,
    purges,
    changes,
    cache,
  });
  const listening = await listen(app, { host: env.INTERNAL_HOST, port: env.INTERNAL_PORT });
  lifecycle.onStop('internal http', () => listening.close());
  return listening;
}
