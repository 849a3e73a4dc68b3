import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openSecrets, type RunningServer, StartupError, startEmbeddedPostgres, startEmbeddedRedis } from '../embedded/index.js';
import { removeLeftContainers, startContainerPostgres, startContainerRedis, whyNoContainers } from './containers.js';

/** The servers of one test run. `stop` ends what was started here and removes its files; given servers stay. */
export interface TestServers {
  databaseUrl: string;
  redisUrl: string;
  /** One line: where each of the two comes from. */
  description: string;
  stop(): Promise<void>;
}

type Started = Pick<RunningServer, 'url' | 'stop'>;

/** Logical databases of the embedded test Redis: one a jest worker. */
export const TEST_REDIS_DATABASES = 64;

/**
 * Real servers for a test run: `DATABASE_URL` and `REDIS_URL` where they are set, else containers where a Docker engine
 * answers that has, or can fetch, the images, else embedded servers in a temporary folder. The description says which, and
 * why they are no containers. `BROOK_TEST_SERVERS=embedded` asks no engine; `BROOK_TEST_SERVERS=containers` is content with
 * nothing else: a StartupError says why there are none.
 */
export async function startTestServers(): Promise<TestServers> {
  if (process.env['DATABASE_URL'] && process.env['REDIS_URL']) return start('embedded');
  let reason = whyNoContainers(announce);
  if (reason === undefined) {
    removeLeftContainers();
    try {
      return await start('containers');
    } catch (error) {
      reason = `the containers did not start: ${(error instanceof Error ? error.message : String(error)).trim()}`;
    }
  }
  if (process.env['BROOK_TEST_SERVERS'] === 'containers')
    throw new StartupError(`BROOK_TEST_SERVERS=containers asks for containers, but ${reason}.`);
  const servers = await start('embedded');
  return { ...servers, description: `${servers.description} (${reason})` };
}

/** Starts what is not given by `DATABASE_URL` and `REDIS_URL`; both or, with the error of the one that failed, none. */
async function start(kind: 'containers' | 'embedded'): Promise<TestServers> {
  const { DATABASE_URL, REDIS_URL } = process.env;
  const folder = makeServerFolder();
  const started: Started[] = [];
  const stop = async () => {
    await Promise.all(started.map((server) => server.stop()));
    rmSync(folder, { recursive: true, force: true });
  };
  const begin = async (given: string | undefined, startOne: () => Promise<Started>): Promise<string> => {
    if (given) return given;
    const server = await startOne();
    started.push(server);
    return server.url;
  };
  const contained = kind === 'containers';
  const options = { folder, secrets: openSecrets(folder), throwaway: true, databases: TEST_REDIS_DATABASES, announce };
  const outcomes = await Promise.allSettled([
    begin(DATABASE_URL, () => (contained ? startContainerPostgres() : startEmbeddedPostgres(options))),
    begin(REDIS_URL, () => (contained ? startContainerRedis(TEST_REDIS_DATABASES) : startEmbeddedRedis(options))),
  ]);
  const [databaseUrl, redisUrl] = outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : undefined));
  if (databaseUrl === undefined || redisUrl === undefined) {
    await stop();
    throw outcomes.find((outcome) => outcome.status === 'rejected')?.reason;
  }
  const description = `Postgres: ${DATABASE_URL ? 'DATABASE_URL' : kind}, Redis: ${REDIS_URL ? 'REDIS_URL' : kind}`;
  return { databaseUrl, redisUrl, description, stop };
}

/** A temporary folder that an unprivileged server account can pass. */
export function makeServerFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'brook-test-'));
  chmodSync(folder, 0o711);
  return folder;
}

/** Says what is being fetched or installed for the tests. */
export const announce = (sentence: string) => process.stdout.write(`${sentence}\n`);
