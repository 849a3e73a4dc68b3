import { dockerAnswers, dockerImageReady } from '../embedded/index.js';

/** A container that runs, how to reach its server, and how to end it. */
interface StartedContainer {
  url: string;
  stop(): Promise<void>;
}

const POSTGRES_IMAGE = 'postgres:16-alpine';
const REDIS_IMAGE = 'redis:7-alpine';

/**
 * Whether the run's servers can be containers: a Docker engine answers and has, or can fetch, both images.
 * `BROOK_TEST_SERVERS=embedded` says no without asking (to run the suite on the embedded servers beside an engine).
 */
export function containersUsable(announce: (sentence: string) => void): boolean {
  if (process.env['BROOK_TEST_SERVERS'] === 'embedded' || !dockerAnswers()) return false;
  return [POSTGRES_IMAGE, REDIS_IMAGE].every((image) => dockerImageReady(image, announce));
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
