import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSecrets, startEmbeddedPostgres, startEmbeddedRedis } from '@brook/common/embedded';
import pg from 'pg';
import { startPeer } from './peer-process.js';
import type { Target } from './target.js';

const PROCESSES = 2;
const SCHEMA = `CREATE TABLE chat (
  seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  id UUID NOT NULL,
  room TEXT NOT NULL,
  sender TEXT NOT NULL,
  body TEXT NOT NULL,
  created_at TIMESTAMPTZ NOT NULL DEFAULT now()
);
CREATE INDEX chat_room ON chat (room, seq);`;

/** Socket.IO with its Redis streams adapter, two processes, on the same Postgres and Redis with the same settings and sockets as Brook. */
export async function startSocketio(): Promise<Target> {
  const folder = mkdtempSync(join(tmpdir(), 'brook-bench-sio-'));
  chmodSync(folder, 0o711);
  const secrets = openSecrets(folder);
  const [postgres, redis] = await Promise.all([
    startEmbeddedPostgres({ folder, secrets }),
    startEmbeddedRedis({ folder, secrets }),
  ]);
  await prepare(postgres.url);
  const env = { DATABASE_URL: postgres.localUrl, REDIS_URL: redis.localUrl };
  const peers = await Promise.all(Array.from({ length: PROCESSES }, () => startPeer('socketio-server', env)));
  return {
    name: 'socketio',
    trees: [
      ...peers.map(({ pid }) => ({ name: 'server', pid })),
      { name: 'postgres', pid: postgres.pid() as number },
      { name: 'redis', pid: redis.pid() as number },
    ],
    ports: peers.map(({ port }) => port),
    rooms: async (count) => Array.from({ length: count }, (_, i) => `room-${i}`),
    people: async (rooms) => rooms.map(() => undefined),
    chill: async () => undefined,
    renew: async () => undefined,
    async stop() {
      await Promise.all(peers.map((peer) => peer.stop()));
      await Promise.all([postgres.stop(), redis.stop()]);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function prepare(connectionString: string): Promise<void> {
  const client = new pg.Client({ connectionString });
  await client.connect();
  await client.query(SCHEMA);
  await client.end();
}
