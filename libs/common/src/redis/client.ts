import { Cluster, type ClusterOptions, Redis, type RedisOptions } from 'ioredis';
import type { Logger } from '../logging/index.js';

/** A client of one Redis or of a Redis Cluster; both speak the commands used here. */
export type RedisClient = Redis | Cluster;

export interface RedisConfig {
  REDIS_URL: string;
  REDIS_CLUSTER_NODES?: string | undefined;
}

/**
 * What a connection is for decides how it fails:
 *   commands   reads and scripts: waits out a short reconnect, then fails
 *   producer   XADD: never resends by itself, for a resent XADD whose first reply was lost stands twice in the stream
 *   blocking   XREAD BLOCK: its own connection, cut when silent for longer than any BLOCK; a lost connection rejects the
 *              read at once (not resent and without a retry limit, ioredis would leave it pending for ever)
 *   subscriber pub/sub
 */
export type RedisRole = 'commands' | 'producer' | 'blocking' | 'subscriber';

/** Longest BLOCK of a blocking read in milliseconds; a connection silent for longer than twice this is cut. */
export const BLOCK_MS = 5_000;

/** A Cluster client leaves the state `close` at once, for another attempt or for good. One that is in it after this is stuck. */
const STUCK_MS = 1_000;

const backoff = (attempt: number) => Math.min(50 * 2 ** Math.min(attempt, 6), 2_000) * (0.5 + Math.random() / 2);

type Options = Omit<RedisOptions, 'replyMapping'>;

const byRole: Record<RedisRole, Options> = {
  commands: { maxRetriesPerRequest: 1, commandTimeout: 1_500, enableAutoPipelining: true },
  producer: { maxRetriesPerRequest: 0, commandTimeout: 5_000, enableOfflineQueue: false, autoResendUnfulfilledCommands: false },
  blocking: { maxRetriesPerRequest: 0, socketTimeout: 2 * BLOCK_MS, autoResendUnfulfilledCommands: false },
  subscriber: { maxRetriesPerRequest: null },
};

/** Opens a client. It connects in the background and reconnects for ever with a jittered back-off of up to 2 s. */
export function connectRedis(config: RedisConfig, role: RedisRole, logger: Logger): RedisClient {
  const common: Options = {
    ...byRole[role],
    connectTimeout: 5_000,
    keepAlive: 10_000,
    retryStrategy: backoff,
    // A replica that was a master a moment ago: drop the connection, never resend.
    reconnectOnError: (err) => (err.message.startsWith('READONLY') ? 1 : false),
  };
  const client = config.REDIS_CLUSTER_NODES
    ? openCluster(config, config.REDIS_CLUSTER_NODES, common)
    : new Redis(config.REDIS_URL, common);
  if (client instanceof Cluster) neverGiveUp(client, logger);
  let lost = false;
  client.on('error', (err: Error) => {
    if (!lost) logger.warn({ err, role }, 'redis connection failed');
    lost = true;
  });
  client.on('ready', () => {
    if (lost) logger.info({ role }, 'redis connection restored');
    lost = false;
  });
  return client;
}

function openCluster(config: RedisConfig, nodes: string, redisOptions: Options): Cluster {
  const url = new URL(config.REDIS_URL);
  const startup = nodes.split(',').map((node) => {
    const at = node.lastIndexOf(':');
    return { host: node.slice(0, at), port: Number(node.slice(at + 1)) };
  });
  const options = {
    enableOfflineQueue: redisOptions.enableOfflineQueue ?? true,
    clusterRetryStrategy: backoff,
    slotsRefreshTimeout: 3_000,
    redisOptions: {
      ...redisOptions,
      // In a Cluster auto-pipelining breaks across slot moves: batches are built by partition instead.
      enableAutoPipelining: false,
      ...(url.username ? { username: decodeURIComponent(url.username) } : {}),
      ...(url.password ? { password: decodeURIComponent(url.password) } : {}),
      ...(url.protocol === 'rediss:' ? { tls: {} } : {}),
    },
  } satisfies ClusterOptions;
  return new Cluster(startup, options);
}

/**
 * Connects a Cluster client again that ioredis has given up on. Nodes end one after another, and each that ends while none
 * is left closes the client anew; if that happens while the names of the first nodes are looked up for the next attempt,
 * the attempt is dropped, and no other is made (`Connection is aborted` in `cluster/index.js` of ioredis 6).
 */
function neverGiveUp(client: Cluster, logger: Logger): void {
  client.on('close', () => {
    setTimeout(() => {
      if (client.status !== 'close') return;
      logger.warn('the client of the redis cluster stood still: it connects anew');
      client.connect().catch((err: unknown) => logger.debug({ err }, 'redis cluster not reached yet'));
    }, STUCK_MS).unref();
  });
}

/** Closes without waiting for pending replies; safe at any state. */
export const closeRedis = (client: RedisClient): void => client.disconnect();
