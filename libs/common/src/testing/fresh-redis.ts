import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { Redis } from 'ioredis';
import { freePort, randomPassword } from '../embedded/index.js';
import { findRedis, type RedisSource } from '../embedded/redis-binary.js';
import { redisUrl, startRedis } from '../embedded/redis-server.js';
import { serverAccount } from '../embedded/server-account.js';
import { requireRunVariable, TEST_REDIS_VARIABLE } from './run-environment.js';
import { announce, makeServerFolder } from './servers.js';

/**
 * The URL of this jest worker's own logical database of the run's Redis, emptied. Use it where a test only needs data of
 * its own: channels and server-wide facts (FLUSHALL, INFO, replication id) are shared with the other workers.
 */
export async function freshRedis(): Promise<string> {
  const url = new URL(requireRunVariable(TEST_REDIS_VARIABLE));
  url.pathname = `/${Number(process.env['JEST_WORKER_ID'] ?? 1) - 1}`;
  const client = new Redis(url.toString(), { maxRetriesPerRequest: 1 });
  try {
    await client.flushdb();
  } finally {
    client.disconnect();
  }
  return url.toString();
}

/** A Redis that belongs to one test: it may be emptied, killed, paused and restarted. */
export interface PrivateRedis {
  url: string;
  /** Process id of the server, `undefined` while it is down. */
  pid(): number | undefined;
  /** Ends the server with -9; its supervisor starts it again after 0.2 s on the data that reached the file. */
  kill(): void;
  /** Ends the server in order and keeps its data and port. */
  halt(): Promise<void>;
  /** Starts it again after `halt`, on the same port and data. */
  resume(): Promise<void>;
  /** Ends it and removes its files. Call it in `afterAll`. */
  stop(): Promise<void>;
}

/** Starts a Redis of one's own. `persistent: false` forgets everything on a restart: an emptied Redis. */
export async function startPrivateRedis({ persistent = true }: { persistent?: boolean } = {}): Promise<PrivateRedis> {
  const parent = makeServerFolder();
  const folder = join(parent, 'redis');
  const source: RedisSource = findRedis(announce);
  const account = serverAccount(folder, source.kind === 'program' ? [source.path] : []);
  const settings = { folder, source, account, port: await freePort(), password: randomPassword(), throwaway: !persistent };
  let server = await startRedis(settings);
  return {
    url: redisUrl(settings.port, settings.password),
    pid: () => server.pid(),
    kill() {
      const pid = server.pid();
      if (pid !== undefined) process.kill(pid, 'SIGKILL');
    },
    halt: () => server.stop(),
    async resume() {
      server = await startRedis(settings);
    },
    async stop() {
      await server.stop();
      rmSync(parent, { recursive: true, force: true });
    },
  };
}
