import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { InternalClient } from '@brook/common/http';
import { eventually, type FreshDatabase, freshDatabase, freshRedis } from '@brook/common/testing';
import { newTokenKeys } from './support/token-keys.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const INTERNAL_KEY = 'a key for tests only';
const running = new Set<ChildProcess>();
let database: FreshDatabase;
let base: Record<string, string>;

beforeAll(async () => {
  // What is started here is the compiled service.
  const built = spawnSync(process.execPath, ['node_modules/typescript/bin/tsc', '-b', 'services/users'], {
    cwd: root,
    env: { ...process.env, NODE_OPTIONS: '' },
    encoding: 'utf8',
  });
  if (built.status !== 0) throw new Error(built.stdout);
  database = await freshDatabase();
  base = {
    PATH: process.env['PATH'] ?? '',
    DATABASE_URL: database.url,
    REDIS_URL: await freshRedis(),
    INTERNAL_KEY,
    PARTITIONS: '2',
    TOKEN_KEYS: newTokenKeys('first', 'second'),
  };
}, 60_000);
afterAll(async () => {
  for (const child of running) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await database.drop();
});

interface Line {
  level: number;
  msg: string;
  port?: number;
}

/** Starts the process; `lines` grows with what it logs, `exit` resolves with its code. */
function boot(env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['services/users/dist/main.js'], { cwd: root, env: { ...base, ...env } });
  running.add(child);
  let output = '';
  child.stdout.on('data', (data: Buffer) => {
    output += data.toString();
  });
  const exit = once(child, 'close').then(([code]) => {
    running.delete(child);
    return code as number | null;
  });
  // What follows the last line break is not a whole line yet.
  const lines = () =>
    output
      .split('\n')
      .slice(0, -1)
      .map((line) => JSON.parse(line) as Line);
  return { child, exit, lines, output: () => output };
}

/** Waits until the process is ready, or fails with its last word. */
async function ready(service: ReturnType<typeof boot>): Promise<InternalClient> {
  await eventually(() => service.lines().some(({ msg }) => msg === 'ready') || service.child.exitCode !== null, {
    timeout: 15_000,
  });
  const listening = service.lines().find(({ msg }) => msg === 'listening');
  if (listening?.port === undefined) throw new Error(service.output());
  return new InternalClient(`http://127.0.0.1:${listening.port}`, INTERNAL_KEY);
}

async function stop(service: ReturnType<typeof boot>): Promise<number | null> {
  service.child.kill('SIGTERM');
  return service.exit;
}

describe('boot', () => {
  test('migrates, makes the first admin once, gets ready and stops in order', async () => {
    const admin = { ADMIN_USERNAME: 'Chief', ADMIN_PASSWORD: 'first admin password' };
    const first = boot(admin);
    const client = await ready(first);
    expect(await client.request('/admins/count')).toEqual({ count: 1 });
    const { keys } = await client.request<{ keys: { kid: string }[] }>('/jwks');
    expect(keys.map(({ kid }) => kid)).toEqual(['first', 'second']);
    const port = first.lines().find(({ msg }) => msg === 'listening')?.port;
    const readyz = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).json();
    await eventually(async () => expect(await readyz()).toEqual({ status: 'ready' }), { timeout: 15_000 });
    expect(await stop(first)).toBe(0);
    expect(first.lines().at(-1)?.msg).toBe('stopped');
    expect(first.output()).not.toContain(admin.ADMIN_PASSWORD);

    const second = boot(admin);
    expect(await (await ready(second)).request('/admins/count')).toEqual({ count: 1 });
    expect(await stop(second)).toBe(0);
  });

  test('lets two replicas start at once on an empty database', async () => {
    const own = await freshDatabase();
    const env = { DATABASE_URL: own.url, ADMIN_USERNAME: 'Chief', ADMIN_PASSWORD: 'first admin password' };
    const replicas = [boot(env), boot(env)];
    const clients = await Promise.all(replicas.map(ready));
    for (const client of clients) expect(await client.request('/admins/count')).toEqual({ count: 1 });
    expect(await Promise.all(replicas.map(stop))).toEqual([0, 0]);
    await own.drop();
  });

  test('never promotes an account that has the admin name', async () => {
    const own = await freshDatabase();
    const before = boot({ DATABASE_URL: own.url });
    const body = { username: 'chief', password: 'somebody else', device: { ip: '', userAgent: '' } };
    await (await ready(before)).request('/accounts', { method: 'POST', body });
    await stop(before);
    const after = boot({ DATABASE_URL: own.url, ADMIN_USERNAME: 'Chief', ADMIN_PASSWORD: 'first admin password' });
    expect(await after.exit).toBe(1);
    expect(after.output()).toContain('ADMIN_USERNAME');
    await own.drop();
  });

  test.each([
    ['TOKEN_KEYS', { TOKEN_KEYS: '{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}' }, 'c2VjcmV0'],
    ['TOKEN_KEYS', { TOKEN_KEYS: '' }, undefined],
    ['DATABASE_URL', { DATABASE_URL: 'mysql://me:hidden-value@db/x' }, 'hidden-value'],
    ['REDIS_URL', { REDIS_URL: 'not a url' }, undefined],
    ['INTERNAL_KEY', { INTERNAL_KEY: 'tooshort' }, 'tooshort'],
    ['PARTITIONS', { PARTITIONS: '3' }, undefined],
    ['LOG_LEVEL', { LOG_LEVEL: 'loud' }, undefined],
    ['ADMIN_PASSWORD', { ADMIN_USERNAME: 'Chief' }, undefined],
    ['ADMIN_PASSWORD', { ADMIN_USERNAME: 'Chief', ADMIN_PASSWORD: 'short' }, undefined],
  ])('refuses a bad %s by its name and never prints the value', async (name, env, secret) => {
    const service = boot(env as Record<string, string>);
    expect(await service.exit).toBe(1);
    const fatal = service.lines().find(({ level }) => level === 60);
    expect(fatal?.msg).toContain(`${name}:`);
    if (secret !== undefined) expect(service.output()).not.toContain(secret);
  });
});
