import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));
const common = join(root, 'libs/common');

/** Starts the run's Postgres and Redis and tells the workers, which inherit this environment, where they are. */
export default async function globalSetup() {
  if (process.env.BROOK_TEST_DATABASE_URL && process.env.BROOK_TEST_REDIS_URL) return; // The caller brought them.
  buildWhenStale();
  const { startTestServers, TEST_DATABASE_VARIABLE, TEST_REDIS_VARIABLE } = await import(
    '../../libs/common/dist/testing/index.js'
  );
  const servers = await startTestServers();
  process.env[TEST_DATABASE_VARIABLE] = servers.databaseUrl;
  process.env[TEST_REDIS_VARIABLE] = servers.redisUrl;
  globalThis.brookTestServers = servers;
  process.stdout.write(`\n${servers.description}\n`);
}

/** Jest cannot transform what its global setup imports: that part runs compiled. */
function buildWhenStale() {
  const parts = ['embedded', 'testing'];
  const built = parts.map((part) => join(common, 'dist', part, 'index.js'));
  if (built.every((path) => existsSync(path)) && newest('src', parts) <= newest('dist', parts)) return;
  spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-b', common], {
    stdio: 'inherit',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
}

function newest(side, parts) {
  const files = parts.flatMap((part) => readdirSync(join(common, side, part)).map((name) => join(common, side, part, name)));
  return Math.max(...files.map((path) => statSync(path).mtimeMs));
}
