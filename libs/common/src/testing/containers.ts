import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { hostname } from 'node:os';
import { dockerAnswers, dockerImageReady } from '../embedded/index.js';
import { isAlive } from '../embedded/process-facts.js';

/** A container that runs, how to reach its server, and how to end it. */
interface StartedContainer {
  url: string;
  stop(): Promise<void>;
}

const POSTGRES_IMAGE = 'postgres:16-alpine';
const REDIS_IMAGE = 'redis:7-alpine';
/** On every container: `machine process` of its run. */
const RUN_LABEL = 'brook.test-run';
const labels = { [RUN_LABEL]: `${hostname()} ${process.pid}` };

/**
 * Why the run's servers cannot be containers, in a few words; `undefined` when a Docker engine answers that has, or could
 * fetch, both images. `BROOK_TEST_SERVERS=embedded` is a reason by itself (to run the suite on the embedded servers beside
 * an engine).
 */
export function whyNoContainers(announce: (sentence: string) => void): string | undefined {
  if (process.env['BROOK_TEST_SERVERS'] === 'embedded') return 'BROOK_TEST_SERVERS=embedded';
  if (!dockerAnswers()) return 'no Docker engine answers';
  const missing = [POSTGRES_IMAGE, REDIS_IMAGE].find((image) => !dockerImageReady(image, announce));
  return missing && `the Docker engine has no ${missing}`;
}

/** Takes away the containers of this machine's runs that were killed before they could do so. */
export function removeLeftContainers(): void {
  const format = `{{.ID}} {{.Label "${RUN_LABEL}"}}`;
  const { stdout } = spawnSync('docker', ['ps', '--all', '--filter', `label=${RUN_LABEL}`, '--format', format], {
    encoding: 'utf8',
  });
  for (const line of stdout.split('\n')) {
    const [id, machine, run] = line.split(' ');
    if (id && machine === hostname() && !isAlive(Number(run))) spawnSync('docker', ['rm', '--force', '--volumes', id]);
  }
}

/** Postgres in a container; data in memory of the container only. */
export async function startContainerPostgres(): Promise<StartedContainer> {
  const { PostgreSqlContainer } = await loadTestcontainers(() => import('@testcontainers/postgresql'));
  const container = await new PostgreSqlContainer(POSTGRES_IMAGE)
    .withPassword(newPassword())
    .withLabels(labels)
    .withCommand(['postgres', '-c', 'fsync=off', '-c', 'max_connections=200'])
    .start();
  return { url: container.getConnectionUri(), stop: async () => void (await container.stop()) };
}

/** Redis in a container, with so many logical databases. */
export async function startContainerRedis(databases: number): Promise<StartedContainer> {
  const { RedisContainer } = await loadTestcontainers(() => import('@testcontainers/redis'));
  const password = newPassword();
  const container = await new RedisContainer(REDIS_IMAGE)
    .withLabels(labels)
    .withCommand(['redis-server', '--databases', String(databases), '--requirepass', password])
    .start();
  const url = new URL(container.getConnectionUrl());
  url.password = password;
  return { url: url.toString(), stop: async () => void (await container.stop()) };
}

/**
 * The reaper container is not needed (every container is stopped here, or by the next run) and its image often cannot be
 * fetched. The engine is the one that the docker command speaks to: testcontainers by itself knows no contexts, which
 * Colima, OrbStack and others use.
 */
function loadTestcontainers<T>(load: () => Promise<T>): Promise<T> {
  process.env['TESTCONTAINERS_RYUK_DISABLED'] = 'true';
  const host = engineAddress();
  if (host) process.env['DOCKER_HOST'] = host;
  return load();
}

/** Where the docker command finds its engine: `DOCKER_HOST`, or what the chosen context says. */
function engineAddress(): string {
  const format = '{{.Endpoints.docker.Host}}';
  return spawnSync('docker', ['context', 'inspect', '--format', format], { encoding: 'utf8' }).stdout?.trim() ?? '';
}

/** The engine publishes ports on every address of this machine. Hex, for it stands on a command line. */
const newPassword = () => randomBytes(24).toString('hex');
