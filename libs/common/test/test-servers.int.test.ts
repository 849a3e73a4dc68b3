import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';

const program = fileURLToPath(new URL('support/test-servers.mjs', import.meta.url));
/** Given, so that a machine whose Redis comes from Docker needs no other one while docker is this test's own. */
const REDIS_URL = 'redis://redis.example.org';
const DATABASE_URL = 'postgresql://db.example.org/brook';
let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'brook-docker-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What a test run says of its servers where the docker command is this shell script and DATABASE_URL or REDIS_URL are given. */
async function said(docker: string, settings: Record<string, string>): Promise<string> {
  writeFileSync(join(folder, 'docker'), `#!/bin/sh\n${docker}\n`);
  chmodSync(join(folder, 'docker'), 0o755);
  const env: NodeJS.ProcessEnv = { ...process.env, ...settings, NODE_OPTIONS: '' };
  for (const name of ['DOCKER_HOST', 'DATABASE_URL', 'REDIS_URL', 'BROOK_TEST_SERVERS'])
    if (!(name in settings)) delete env[name];
  env['PATH'] = `${folder}:${env['PATH']}`;
  return text(spawn(process.execPath, [program], { env, stdio: ['ignore', 'pipe', 'inherit'] }).stdout);
}

/** While `use` runs, an engine listens that answers and starts nothing: else one of this machine's own would be taken. */
async function withRefusingEngine<T>(use: (socket: string) => Promise<T>): Promise<T> {
  const socket = join(folder, 'engine.sock');
  const engine = createServer(({ url }, response) => {
    const answers = url?.endsWith('/info');
    response.writeHead(answers ? 200 : 500, { 'content-type': 'application/json' });
    response.end(answers ? '{"OperatingSystem":"Linux"}' : '{"message":"no space left on device"}');
  });
  await once(engine.listen(socket), 'listening');
  try {
    return await use(socket);
  } finally {
    engine.close();
  }
}

describe('servers of a test run', () => {
  test('without an engine they are the embedded ones, and the reason is said', async () => {
    expect(await said('exit 1', { REDIS_URL })).toContain('Postgres: embedded, Redis: REDIS_URL (no Docker engine answers)');
  });

  test('an engine that neither has nor can fetch the images is not used', async () => {
    const engine = `case "$1" in version) ;; pull) echo 'no such host' >&2; exit 1 ;; *) exit 1 ;; esac`;
    const output = await said(engine, { REDIS_URL });
    expect(output).toContain('Docker could not fetch postgres:16-alpine: no such host');
    expect(output).toContain('Postgres: embedded, Redis: REDIS_URL (the Docker engine has no postgres:16-alpine)');
  });

  test('an engine that starts no containers is not used; it is the one of the chosen context', async () => {
    const output = await withRefusingEngine((socket) =>
      said(`[ "$1" = context ] && echo unix://${socket}\nexit 0`, { REDIS_URL, TESTCONTAINERS_HOST_OVERRIDE: 'localhost' }),
    );
    expect(output).toMatch(
      /^Postgres: embedded, Redis: REDIS_URL \(the containers did not start: .*no space left on device.*\)$/m,
    );
  });

  test('containers of runs that were killed are taken away, and no others', async () => {
    const runs = ['old', `${hostname()} 999999999`, 'running', `${hostname()} ${process.pid}`, 'remote', 'elsewhere 999999999'];
    const list = `printf '%s %s\\n' ${runs.map((word) => `'${word}'`).join(' ')}`;
    const engine = `case "$1" in ps) ${list} ;; rm) echo "$@" >> '${join(folder, 'removed')}' ;; esac`;
    await withRefusingEngine((socket) =>
      said(engine, { DOCKER_HOST: `unix://${socket}`, TESTCONTAINERS_HOST_OVERRIDE: 'localhost', REDIS_URL }),
    );
    expect(readFileSync(join(folder, 'removed'), 'utf8')).toBe('rm --force --volumes old\n');
  });

  test('who asks for containers gets nothing else', async () => {
    expect(await said('exit 1', { BROOK_TEST_SERVERS: 'containers' })).toBe(
      'StartupError: BROOK_TEST_SERVERS=containers asks for containers, but no Docker engine answers.\n',
    );
  });

  test('who asks for embedded servers, or brings both, has no engine asked', async () => {
    const noting = `touch '${join(folder, 'asked')}'; exit 1`;
    expect(await said(noting, { DATABASE_URL, REDIS_URL })).toContain('Postgres: DATABASE_URL, Redis: REDIS_URL\n');
    expect(await said(noting, { REDIS_URL, BROOK_TEST_SERVERS: 'embedded' })).toContain(
      'Postgres: embedded, Redis: REDIS_URL (BROOK_TEST_SERVERS=embedded)',
    );
    expect(existsSync(join(folder, 'asked'))).toBe(false);
  });
});
