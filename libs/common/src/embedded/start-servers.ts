import { join, resolve } from 'node:path';
import { freePort } from './free-port.js';
import type { OnLine } from './output-lines.js';
import { type PostgresBinaries, postgresBinaries } from './postgres-binaries.js';
import { checkClusterVersion, clusterExists, initCluster, POSTGRES_USER } from './postgres-cluster.js';
import { postgresLocalUrl, postgresUrl, preparePostgres, startPostgres } from './postgres-server.js';
import { findRedis } from './redis-binary.js';
import { redisLocalUrl, redisUrl, startRedis } from './redis-server.js';
import { randomPassword, type SecretStore } from './secrets.js';
import { serverAccount } from './server-account.js';
import { StartupError } from './startup-error.js';
import type { Supervised, SupervisionEvent } from './supervisor.js';

/** A server that runs, and how to reach it. */
export interface RunningServer {
  /** By TCP, on 127.0.0.1. */
  url: string;
  /** The shortest way for processes of this machine and account: a Unix socket where there is one, else `url`. */
  localUrl: string;
  pid(): number | undefined;
  stop(): Promise<void>;
}

/** Options that both embedded servers share. `folder` is the data folder, already locked by this process. */
export interface EmbeddedOptions {
  folder: string;
  secrets: SecretStore;
  /** Test data that nobody misses: no waiting for the disk, smaller memory. */
  throwaway?: boolean;
  /** Lines that the server prints. */
  onLine?: OnLine;
  /** Deaths and restarts. */
  onEvent?: (event: SupervisionEvent) => void;
  /** Sentences for the person who waits: an installation that begins, a download. */
  announce?: (sentence: string) => void;
}

/**
 * Postgres in `<folder>/postgres`: made at the first start, kept running, on a free port of 127.0.0.1, with a random
 * password. Throws StartupError (a sentence for the user) when the data or this system does not allow it.
 */
export async function startEmbeddedPostgres(options: EmbeddedOptions): Promise<RunningServer> {
  const folder = join(resolve(options.folder), 'postgres');
  const binaries = postgresBinaries();
  checkClusterVersion(folder, binaries);
  const account = serverAccount(folder, [binaries.bin]);
  const password = clusterPassword(folder, options.secrets);
  if (!clusterExists(folder)) initCluster(folder, binaries, password, account, options.throwaway ?? false);
  await preparePostgres(folder);
  const port = await freePort();
  const server = { folder, binaries, port, password, account, ...watching(options) };
  const url = postgresUrl(port, password, POSTGRES_USER);
  return running(await startPostgres(server), url, postgresLocalUrl(server, POSTGRES_USER));
}

/**
 * Throws StartupError when the folder holds data of another Postgres major version; otherwise does nothing. For a check
 * before anything is begun.
 */
export function checkEmbeddedPostgres(folder: string, binaries: PostgresBinaries = postgresBinaries()): void {
  checkClusterVersion(join(resolve(folder), 'postgres'), binaries);
}

/**
 * A private Redis in `<folder>/redis` with an append-only file (written through every second), on a free port of
 * 127.0.0.1, with a random password. Throws StartupError when no Redis program can be had.
 */
export async function startEmbeddedRedis(options: EmbeddedOptions & { databases?: number }): Promise<RunningServer> {
  const folder = join(resolve(options.folder), 'redis');
  const source = findRedis(options.announce ?? (() => undefined));
  const account = serverAccount(folder, source.kind === 'program' ? [source.path] : []);
  const password = options.secrets.once('redisPassword', randomPassword);
  const port = await freePort();
  const databases = options.databases === undefined ? {} : { databases: options.databases };
  const server = { folder, source, port, password, account, ...databases, ...watching(options) };
  return running(await startRedis(server), redisUrl(port, password), redisLocalUrl(server));
}

function clusterPassword(folder: string, secrets: SecretStore): string {
  if (clusterExists(folder) && !secrets.has('postgresPassword')) {
    throw new StartupError(
      `${folder} holds a database but secrets.json beside it has no password for it: restore secrets.json from a backup.`,
    );
  }
  return secrets.once('postgresPassword', randomPassword);
}

const watching = ({ throwaway, onLine, onEvent }: EmbeddedOptions) => ({
  throwaway: throwaway ?? false,
  ...(onLine && { onLine }),
  ...(onEvent && { onEvent }),
});

const running = (server: Supervised, url: string, localUrl: string): RunningServer => ({
  url,
  localUrl,
  pid: () => server.pid(),
  stop: () => server.stop(),
});
