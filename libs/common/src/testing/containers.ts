import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { executable } from '../embedded/index.js';

/** A container that runs, how to reach its server, and how to end it. */
interface StartedContainer {
  url: string;
  stop(): Promise<void>;
}

const ENGINE_ANSWER_MS = 5_000;
const POSTGRES_IMAGE = 'postgres:16-alpine';
const REDIS_IMAGE = 'redis:7-alpine';

/**
 * Whether a Docker engine answers. `BROOK_TEST_SERVERS=embedded` says no without asking (to run the suite on the
 * embedded servers beside an engine).
 */
export async function containerEngineAnswers(): Promise<boolean> {
  if (process.env['BROOK_TEST_SERVERS'] === 'embedded' || executable('docker') === undefined) return false;
  const child = spawn('docker', ['version', '--format', '{{.Server.Version}}'], { stdio: 'ignore', timeout: ENGINE_ANSWER_MS });
  const [code] = (await once(child, 'exit')) as [number | null];
  return code === 0;
}

/** Postgres in a container; data in memory of the container only. */
export async function startContainerPostgres(): Promise<StartedContainer> {
  const { PostgreSqlContainer } = await loadTestcontainers(() => import('@testcontainers/postgresql'));
  const container = await new PostgreSqlContainer(POSTGRES_IMAGE)
    .withCommand(['postgres', '-c', 'fsync=off', '-c', 'max_connections=200'])
    .start();
  return { url: container.getConnectionUri(), stop: async () => void (await container.stop()) };
}

/** Redis in a container, with so many logical databases. */
export async function startContainerRedis(databases: number): Promise<StartedContainer> {
  const { RedisContainer } = await loadTestcontainers(() => import('@testcontainers/redis'));
  const container = await new RedisContainer(REDIS_IMAGE).withCommand(['redis-server', '--databases', String(databases)]).start();
  return { url: container.getConnectionUrl(), stop: async () => void (await container.stop()) };
}

/** The reaper container is not needed (every container is stopped here) and its image often cannot be fetched. */
function loadTestcontainers<T>(load: () => Promise<T>): Promise<T> {
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  return load();
}
