import { fileURLToPath } from 'node:url';
import { loadConfig } from '@brook/common/config';
import { applyMigrations, claimMeta, readMeta, watchEra } from '@brook/common/database';
import { listen } from '@brook/common/http';
import { type Lifecycle, runService } from '@brook/common/lifecycle';
import { createLogger, type Logger } from '@brook/common/logging';
import { createMetrics, Gauge, watchPool } from '@brook/common/metrics';
import { closeRedis, connectRedis, RedisGeneration, type RedisRole } from '@brook/common/redis';
import { replicaName } from '@brook/common/streams';
import { createApp } from './app.js';
import { ReadModelKeeper } from './cache/read-model-keeper.js';
import { ensureFirstAdmin } from './commands/ensure-first-admin.js';
import { type UsersEnv, usersEnv } from './config.js';
import { createUserCommands } from './consumers/user-commands.js';
import { keepHouse } from './housekeeping.js';
import { CommandResultRepository } from './repositories/command-result-repository.js';
import { createPrisma, SCHEMA } from './repositories/prisma.js';
import { createContext } from './wiring.js';

const migrations = fileURLToPath(new URL('../prisma/migrations', import.meta.url));

/** Starts the service; whatever is started registers its stop, so that the last started stops first. */
async function start(env: UsersEnv, logger: Logger, lifecycle: Lifecycle): Promise<void> {
  await applyMigrations(env.DATABASE_URL, SCHEMA, migrations, logger);
  const metrics = createMetrics('users');
  const prisma = createPrisma(env.DATABASE_URL, env.DATABASE_POOL, (pool) => watchPool(metrics, pool));
  lifecycle.onStop('postgres', () => prisma.$disconnect());
  const { partitions, era } = await claimMeta(prisma, env.PARTITIONS);
  lifecycle.onStop(
    'era watch',
    watchEra(prisma, era, () => lifecycle.abort('the database was restored'), logger),
  );

  const connect = (role: RedisRole) => connectRedis(env, role, logger);
  const redis = connect('commands');
  const producer = connect('producer');
  lifecycle.onStop('redis', () => [redis, producer].forEach(closeRedis));

  const context = await createContext({ prisma, redis, producer, partitions, tokenKeys: env.TOKEN_KEYS, logger });
  if (env.ADMIN_USERNAME !== undefined && env.ADMIN_PASSWORD !== undefined)
    await ensureFirstAdmin(context, { username: env.ADMIN_USERNAME, password: env.ADMIN_PASSWORD });
  lifecycle.onStop('refused log-ins', () => context.refusals.stop());
  const keeper = new ReadModelKeeper(context, new RedisGeneration(redis, logger));
  lifecycle.onStop('read model', () => keeper.stop());
  lifecycle.onStop('housekeeping', keepHouse(context, new CommandResultRepository(prisma)));

  const owner = createUserCommands({ ...context, prisma, redis, connect, metrics, replica: replicaName() });
  await owner.start();
  lifecycle.onStop('commands', () => owner.stop());

  new Gauge({
    name: 'brook_password_jobs_waiting',
    help: 'Password hashes and checks that wait for their turn',
    registers: [metrics],
    collect() {
      this.set(context.passwords.waiting);
    },
  });
  const checks = [
    { name: 'redis', check: async () => void (await redis.ping()) },
    { name: 'postgres', check: async () => void (await readMeta(prisma)) },
    { name: 'commands', check: () => owner.check() },
  ];
  const app = createApp({ context, internalKey: env.INTERNAL_KEY, metrics, checks, era });
  const server = await listen(app, { host: env.INTERNAL_HOST, port: env.INTERNAL_PORT });
  lifecycle.onStop('http', () => server.close());
  logger.info({ port: server.port }, 'listening');
}

const logger = createLogger({ service: 'users', level: 'info' });
await runService(logger, async (lifecycle) => {
  const env = loadConfig(usersEnv);
  logger.level = env.LOG_LEVEL;
  await start(env, logger, lifecycle);
});
