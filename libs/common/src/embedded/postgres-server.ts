import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { spawnBound } from './bound-process.js';
import { socketFits } from './local-socket.js';
import type { OnLine } from './output-lines.js';
import type { PostgresBinaries } from './postgres-binaries.js';
import { clearLeftoverPostgres, POSTGRES_USER } from './postgres-cluster.js';
import type { ServerAccount } from './server-account.js';
import { type Supervised, type SupervisionEvent, supervise } from './supervisor.js';

/** What it takes to run Postgres on prepared files. */
export interface PostgresServer {
  folder: string;
  binaries: PostgresBinaries;
  port: number;
  password: string;
  account?: ServerAccount | undefined;
  /** Test data: a crash of the machine may lose it, so nothing waits for the disk. */
  throwaway?: boolean;
  onLine?: OnLine;
  onEvent?: (event: SupervisionEvent) => void;
}

const READY_POLL_MS = 25;
/** Recovery after a crash replays at most what `max_wal_size` allows; this is far above it. */
const READY_LIMIT_MS = 120_000;

/** Starts Postgres on loopback and keeps it running. Resolves when it answers queries. */
export function startPostgres(server: PostgresServer): Promise<Supervised> {
  const sockets = socketFits(socketPath(server)) ? server.folder : '';
  const args = ['-D', server.folder, '-p', String(server.port), '-k', sockets, ...settings(server.throwaway ?? false)];
  let first = true;
  return supervise({
    name: 'postgres',
    launch: () =>
      spawnBound({
        command: join(server.binaries.bin, 'postgres'),
        args,
        account: server.account,
        // A fast shutdown: sessions end, a checkpoint is written.
        onParentDeath: 'SIGINT',
      }),
    async ready(signal) {
      await answers(adminUrl(server), signal);
      if (first) await ensureDatabase(adminUrl(server));
      first = false;
    },
    stopSignal: 'SIGINT',
    stopGraceMs: 30_000,
    ...(server.onLine && { onLine: server.onLine }),
    ...(server.onEvent && { onEvent: server.onEvent }),
  });
}

/** Prepares a start: stops or forgets what an earlier launcher left on the folder. */
export const preparePostgres = (folder: string): Promise<void> => clearLeftoverPostgres(folder);

/** Connection string of one database of the embedded server. */
export function postgresUrl(port: number, password: string, database: string): string {
  return `postgresql://${POSTGRES_USER}:${password}@127.0.0.1:${port}/${database}`;
}

/** The same for processes of this machine: through the server's Unix socket, where it has one. */
export function postgresLocalUrl(server: Pick<PostgresServer, 'folder' | 'port' | 'password'>, database: string): string {
  const url = postgresUrl(server.port, server.password, database);
  return socketFits(socketPath(server)) ? `${url}?host=${encodeURIComponent(server.folder)}` : url;
}

/** Where Postgres puts its socket; the folder is open to its account only. */
const socketPath = ({ folder, port }: Pick<PostgresServer, 'folder' | 'port'>) => join(folder, `.s.PGSQL.${port}`);

const adminUrl = ({ port, password }: PostgresServer) => postgresUrl(port, password, 'postgres');

/** Each setting that differs from Postgres' own default, with its reason. Durability stays at the default: everything on. */
function settings(throwaway: boolean): string[] {
  const values: Record<string, string | number> = {
    listen_addresses: '127.0.0.1',
    // Four services with pools of their own, tools and tests beside them.
    max_connections: 200,
    // Recent messages, indexes and counters of a one-machine installation; the rest is left to the page cache.
    shared_buffers: throwaway ? '64MB' : '256MB',
    // A pause for a checkpoint shows as latency of an ack: fewer, larger, spread out.
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    // Recycled WAL files cost less than new ones.
    min_wal_size: throwaway ? '80MB' : '256MB',
    wal_compression: 'on',
    // Every statement here is short: compiling it takes longer than running it.
    jit: 'off',
    // SSDs: random reads cost little more than sequential ones.
    random_page_cost: 1.1,
    // Slow statements are worth a line in the log.
    log_min_duration_statement: '1s',
    log_checkpoints: 'off',
    fsync: throwaway ? 'off' : 'on',
    synchronous_commit: throwaway ? 'off' : 'on',
    full_page_writes: throwaway ? 'off' : 'on',
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

async function answers(connectionString: string, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_LIMIT_MS;
  for (;;) {
    const failure = await tryQuery(connectionString);
    if (!failure) return;
    if (performance.now() > deadline) throw new Error(`Postgres does not answer: ${failure.message}`);
    await delay(READY_POLL_MS, undefined, { signal });
  }
}

async function tryQuery(connectionString: string): Promise<Error | undefined> {
  const client = new pg.Client({ connectionString, connectionTimeoutMillis: 2_000 });
  // A server that ends in the middle of the handshake also emits; the rejected query is the answer that counts.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query('SELECT 1');
    return undefined;
  } catch (error) {
    return error as Error;
  } finally {
    await client.end().catch(() => undefined);
  }
}

async function ensureDatabase(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [POSTGRES_USER]);
    if (!rowCount) await client.query(`CREATE DATABASE ${POSTGRES_USER}`);
  } finally {
    await client.end();
  }
}
