import {
  type EmbeddedOptions,
  type RunningServer,
  StartupError,
  startEmbeddedPostgres,
  startEmbeddedRedis,
} from '@brook/common/embedded';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Settings } from './settings.js';

/** Where the services keep their data. */
export interface Stores {
  databaseUrl: string;
  redisUrl: string | undefined;
  /** The shortest way for services on this machine; without own servers the same addresses. */
  local: { databaseUrl: string; redisUrl: string | undefined };
  redisClusterNodes: string | undefined;
}

const CONNECT_MS = 10_000;

/**
 * Postgres and Redis: the given ones once they answer, embedded ones otherwise. `started` is told about each own server
 * as soon as it runs, so that a failure of the other still stops it. Throws StartupError.
 */
export async function openStores(
  settings: Settings,
  options: (name: string) => EmbeddedOptions,
  started: (server: RunningServer) => void,
): Promise<Stores> {
  const { databaseUrl, redisUrl, redisClusterNodes } = settings;
  const keep = (server: RunningServer) => {
    started(server);
    return server;
  };
  const results = await Promise.allSettled([
    databaseUrl === undefined
      ? startEmbeddedPostgres(options('postgres')).then(keep)
      : checkDatabase(databaseUrl, options('postgres').announce).then(foreign),
    redisUrl === undefined && redisClusterNodes === undefined
      ? startEmbeddedRedis(options('redis')).then(keep)
      : checkRedis(redisUrl).then(foreign),
  ]);
  for (const result of results) if (result.status === 'rejected') throw result.reason;
  const [database, redis] = results.map((result) => (result.status === 'fulfilled' ? result.value : undefined));
  const local = { databaseUrl: database?.localUrl ?? '', redisUrl: redis?.localUrl };
  return { databaseUrl: database?.url ?? '', redisUrl: redis?.url, local, redisClusterNodes };
}

/** A store that somebody else runs has one address for all. */
const foreign = (url: string | undefined) => (url === undefined ? undefined : { url, localUrl: url });

/** Asks a foreign Postgres a question whose answer also shows whether search will see letters beyond ASCII. */
async function checkDatabase(url: string, announce: EmbeddedOptions['announce']): Promise<string> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: CONNECT_MS });
  client.on('error', () => undefined); // The rejected promise tells the same.
  try {
    await client.connect();
    const { rows } = await client.query<{ folded: string }>("SELECT lower('ÄÖ') AS folded");
    if (rows[0]?.folded !== 'äö') {
      announce?.(
        'The database of DATABASE_URL has no UTF-8 character type (LC_CTYPE): searching and sorting will only work for English letters.',
      );
    }
    return url;
  } catch (error) {
    throw new StartupError(
      `The Postgres of DATABASE_URL does not answer (${(error as Error).message}): check the address, the user and the password.`,
    );
  } finally {
    await client.end().catch(() => undefined);
  }
}

/** Asks a foreign Redis for a PONG. Nodes of a cluster are left to the services, which know more than one address. */
async function checkRedis(url: string | undefined): Promise<string | undefined> {
  if (url === undefined) return undefined;
  const client = new Redis(url, { lazyConnect: true, retryStrategy: null, connectTimeout: CONNECT_MS, maxRetriesPerRequest: 0 });
  let reason = '';
  client.on('error', (error) => {
    reason = error.message;
  });
  try {
    await client.connect();
    await client.ping();
    return url;
  } catch (error) {
    throw new StartupError(
      `The Redis of REDIS_URL does not answer (${reason || (error as Error).message}): check the address and the password.`,
    );
  } finally {
    client.disconnect();
  }
}
