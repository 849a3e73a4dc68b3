import { existsSync } from 'node:fs';
import { lockFolder, openDataFolder, openSecrets, type RunningServer, StartupError } from '@brook/common/embedded';
import { createLogger } from '@brook/common/logging';
import { closeRedis, connectRedis, type RedisClient } from '@brook/common/redis';
import pg from 'pg';
import { readRuntime } from './runtime-file.js';
import { readSettings, type Settings } from './settings.js';
import { openStores } from './stores.js';

/** Connections of an administration command. */
export interface ReachedStores {
  redis: RedisClient;
  sql: pg.Client;
  /** For further connections to the same Postgres. */
  databaseUrl: string;
}

/** Where the stores are, of a Brook that runs or of the environment. */
export interface StoreAddresses {
  databaseUrl: string;
  redisUrl?: string | null | undefined;
  redisClusterNodes?: string | null | undefined;
}

/**
 * Does `work` with connections to Brook's Postgres and Redis: those of the Brook that runs on the data folder, those of
 * the environment, else the embedded servers, which are started for that long. `exclusive`: no Brook may run there;
 * `create`: a data folder that is missing is made.
 * @throws StartupError when they cannot be reached or the folder is in use
 */
export async function withStores<T>(
  work: (stores: ReachedStores) => Promise<T>,
  { exclusive = false, create = false }: { exclusive?: boolean; create?: boolean } = {},
): Promise<T> {
  const settings = readSettings(process.env);
  const facts = readRuntime(settings.dataDir);
  if (facts && exclusive)
    throw new StartupError(`Brook is running on ${settings.dataDir}: stop it (Ctrl-C) and run this command again.`);
  return facts ? withConnections(facts, work) : withOwnServers(settings, { exclusive, create }, work);
}

/** Embedded servers only where the environment names no others; they end with the work. */
async function withOwnServers<T>(
  settings: Settings,
  { exclusive, create }: { exclusive: boolean; create: boolean },
  work: (stores: ReachedStores) => Promise<T>,
): Promise<T> {
  const { dataDir } = settings;
  const given = settings.databaseUrl !== undefined && (settings.redisUrl ?? settings.redisClusterNodes) !== undefined;
  if (!given && create) openDataFolder(dataDir);
  if (!given && !existsSync(dataDir))
    throw new StartupError(`There is no Brook in ${dataDir}: start it once with "npm start" (or set BROOK_DATA_DIR).`);
  const release = !given || (exclusive && existsSync(dataDir)) ? lockFolder(dataDir) : () => undefined;
  const servers: RunningServer[] = [];
  try {
    const options = () => ({ folder: dataDir, secrets: openSecrets(dataDir) });
    const stores = await openStores(settings, options, (server) => servers.push(server));
    return await withConnections(stores, work);
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
    release();
  }
}

/** Opens both connections for the time of `work`. @throws StartupError when one of them does not answer */
export async function withConnections<T>(addresses: StoreAddresses, work: (stores: ReachedStores) => Promise<T>): Promise<T> {
  const sql = new pg.Client({ connectionString: addresses.databaseUrl, application_name: 'brook' });
  const redis = connectRedis(
    {
      REDIS_URL: addresses.redisUrl ?? 'redis://127.0.0.1:6379',
      REDIS_CLUSTER_NODES: addresses.redisClusterNodes ?? undefined,
    },
    'commands',
    createLogger({ service: 'brook', level: 'silent' }),
  );
  try {
    await reached('Postgres', sql.connect());
    await reached('Redis', redis.ping());
    return await work({ redis, sql, databaseUrl: addresses.databaseUrl });
  } finally {
    closeRedis(redis);
    await sql.end();
  }
}

async function reached(name: string, answer: Promise<unknown>): Promise<void> {
  try {
    await answer;
  } catch (cause) {
    throw new StartupError(`${name} does not answer (${(cause as Error).message}): check that it runs, and its address.`);
  }
}
