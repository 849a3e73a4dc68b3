import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { GUARD_SCRIPT, spawnBound } from './bound-process.js';
import { socketFits } from './local-socket.js';
import type { OnLine } from './output-lines.js';
import { commandLine, isAlive } from './process-facts.js';
import { asRedisServer, type RedisSource } from './redis-binary.js';
import { giveTo, privateFolder, type ServerAccount } from './server-account.js';
import { StartupError } from './startup-error.js';
import { type Supervised, type SupervisionEvent, supervise } from './supervisor.js';

/** What it takes to run a private Redis. */
export interface RedisServer {
  folder: string;
  source: RedisSource;
  port: number;
  password: string;
  account?: ServerAccount | undefined;
  /** Logical databases; the product uses only 0. */
  databases?: number;
  /** Test data: no append-only file. */
  throwaway?: boolean;
  onLine?: OnLine;
  onEvent?: (event: SupervisionEvent) => void;
}

const READY_LIMIT_MS = 120_000;
const READY_POLL_MS = 20;
const LEFTOVER_STOP_MS = 10_000;
const CONTAINER_PORT = 6379;

/** Starts Redis on loopback with its data in `folder` and keeps it running. Resolves when it answers. */
export async function startRedis(server: RedisServer): Promise<Supervised> {
  privateFolder(server.folder, server.account);
  await clearLeftoverRedis(server.folder);
  writeConfiguration(server);
  return supervise({
    name: 'redis',
    launch: () =>
      server.source.kind === 'program' ? launchProgram(server, server.source.path) : launchContainer(server, server.source.image),
    ready: (signal) => answers(redisUrl(server.port, server.password), signal),
    stopSignal: 'SIGTERM',
    stopGraceMs: 10_000,
    ...(server.onLine && { onLine: server.onLine }),
    ...(server.onEvent && { onEvent: server.onEvent }),
  });
}

/** Connection string of the embedded server. */
export const redisUrl = (port: number, password: string): string => `redis://:${password}@127.0.0.1:${port}`;

/** The same for processes of this machine: through the server's Unix socket, where it has one. */
export function redisLocalUrl({ folder, source, port, password }: RedisServer): string {
  const url = redisUrl(port, password);
  return hasSocket(folder, source) ? `${url}?path=${encodeURIComponent(socketPath(folder))}` : url;
}

const socketPath = (folder: string) => join(folder, 'redis.sock');
/** A container's folder is not this system's. */
const hasSocket = (folder: string, source: RedisSource) => source.kind === 'program' && socketFits(socketPath(folder));

const configPath = (folder: string) => join(folder, 'redis.conf');

/** The password stands in a file that only the account reads: a command line is visible to everybody. */
function writeConfiguration({ folder, source, port, password, account, databases, throwaway }: RedisServer): void {
  const inContainer = source.kind === 'docker';
  const lines = [
    `port ${inContainer ? CONTAINER_PORT : port}`,
    // Inside a container the way in is Docker's own mapping, which listens on the host's loopback only.
    `bind ${inContainer ? '0.0.0.0' : '127.0.0.1'}`,
    ...(hasSocket(folder, source) ? [`unixsocket ${socketPath(folder)}`, 'unixsocketperm 700'] : []),
    `requirepass ${password}`,
    `dir "${inContainer ? '/data' : folder}"`,
    `pidfile "${inContainer ? '/data' : folder}/redis.pid"`,
    'daemonize no',
    // The command line stays as given, so that a left-over server is recognised by its folder.
    'set-proc-title no',
    `databases ${databases ?? 16}`,
    `appendonly ${throwaway ? 'no' : 'yes'}`,
    'appendfsync everysec',
    // Written anew when it has doubled. At full load it grows by 80 MB a second, most of them events that are gone in ten
    // minutes, and writing all of Redis anew takes a third of the machine: below this size it is not worth it, nor is
    // compressing it. A gigabyte loads in a second.
    'auto-aof-rewrite-min-size 1gb',
    'rdbcompression no',
    'save ""',
    // Streams must never be thrown out to make room: a full Redis refuses writes instead.
    'maxmemory-policy noeviction',
    // A large delete happens beside the command loop.
    'lazyfree-lazy-user-del yes',
    'lazyfree-lazy-server-del yes',
  ];
  writeFileSync(configPath(folder), `${lines.join('\n')}\n`, { mode: 0o600 });
  giveTo(configPath(folder), account);
}

function launchProgram({ folder, account }: RedisServer, path: string) {
  return spawnBound({ command: asRedisServer(path, folder), args: [configPath(folder)], account, onParentDeath: 'SIGTERM' });
}

/**
 * The container lives as long as this process' pipe to it: Docker closes its standard input when the client is gone, and
 * the same watch that serves systems without setpriv then ends Redis inside.
 */
function launchContainer({ folder, port, account }: RedisServer, image: string) {
  const user = account ?? { uid: process.getuid?.() ?? 0, gid: process.getgid?.() ?? 0 };
  const args = ['run', '--rm', '--interactive', '--init', '--user', `${user.uid}:${user.gid}`];
  args.push('--publish', `127.0.0.1:${port}:${CONTAINER_PORT}`, '--volume', `${folder}:/data`, '--entrypoint', '/bin/sh', image);
  args.push('-c', GUARD_SCRIPT, 'guard', 'TERM', 'redis-server', '/data/redis.conf');
  return spawnBound({ command: 'docker', args, onParentDeath: 'SIGKILL', stdinPipe: true });
}

async function answers(url: string, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_LIMIT_MS;
  for (;;) {
    const failure = await tryPing(url);
    if (!failure) return;
    if (performance.now() > deadline) throw new Error(`Redis does not answer: ${failure.message}`);
    await delay(READY_POLL_MS, undefined, { signal });
  }
}

async function tryPing(url: string): Promise<Error | undefined> {
  // `enableReadyCheck` waits while the append-only file is being loaded.
  const client = new Redis(url, { lazyConnect: true, retryStrategy: null, maxRetriesPerRequest: 0, connectTimeout: 2_000 });
  // The rejected connect is the answer that counts; without a listener ioredis prints the same error again.
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.ping();
    return undefined;
  } catch (error) {
    return error as Error;
  } finally {
    client.disconnect();
  }
}

/** Stops a Redis of an earlier launcher that still runs on this folder; two on one append-only file would ruin it. */
async function clearLeftoverRedis(folder: string): Promise<void> {
  const pidFile = join(folder, 'redis.pid');
  if (!existsSync(pidFile)) return;
  const pid = Number(readFileSync(pidFile, 'utf8'));
  if (isAlive(pid) && commandLine(pid).includes(configPath(folder))) {
    process.kill(pid, 'SIGTERM');
    const deadline = performance.now() + LEFTOVER_STOP_MS;
    while (isAlive(pid)) {
      if (performance.now() > deadline)
        throw new StartupError(`An earlier Redis (process ${pid}) on ${folder} does not stop: end it by hand.`);
      await delay(50);
    }
  }
  rmSync(pidFile, { force: true });
}
