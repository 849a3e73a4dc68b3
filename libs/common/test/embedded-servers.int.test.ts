import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  checkEmbeddedPostgres,
  openSecrets,
  type RunningServer,
  StartupError,
  startEmbeddedPostgres,
  startEmbeddedRedis,
} from '@brook/common/embedded';
import { eventually, makeServerFolder } from '@brook/common/testing';
import { Redis } from 'ioredis';
import pg from 'pg';

let folder: string;
beforeAll(() => {
  folder = makeServerFolder();
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The user id a process runs under; not every Linux has `ps`, and only Linux has /proc. */
function userOf(pid: number | undefined): number {
  return existsSync('/proc/self') ? statSync(`/proc/${pid}`).uid : Number(execFileSync('ps', ['-o', 'uid=', '-p', String(pid)]));
}

async function query(url: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // The connection is cut when the server is killed.
  await client.connect();
  try {
    return (await client.query(sql)).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

describe('embedded Postgres', () => {
  let server: RunningServer | undefined;
  const start = async () => {
    server = await startEmbeddedPostgres({ folder, secrets: openSecrets(folder) });
    return server;
  };
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  test('is durable and sees letters beyond ASCII', async () => {
    const { url } = await start();
    const rows = await query(
      url,
      `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commit,
              current_setting('full_page_writes') AS pages, current_setting('data_checksums') AS checksums, lower('ÄÖ') AS folded`,
    );
    expect(rows).toEqual([{ fsync: 'on', commit: 'on', pages: 'on', checksums: 'on', folded: 'äö' }]);
  });

  test('does not run as root and refuses a wrong password', async () => {
    const { url, pid } = await start();
    expect(userOf(pid())).not.toBe(0);
    const wrong = new URL(url);
    wrong.password = 'wrong';
    await expect(query(wrong.toString(), 'SELECT 1')).rejects.toThrow('password authentication failed');
  });

  test('is reached through a socket by processes of this machine, with the same password', async () => {
    const { localUrl } = await start();
    const through = 'SELECT inet_server_addr() IS NULL AS socket';
    expect(await query(localUrl, through)).toEqual([{ socket: process.platform !== 'win32' }]);
    const wrong = new URL(localUrl);
    wrong.password = 'wrong';
    await expect(query(wrong.toString(), through)).rejects.toThrow('password authentication failed');
  });

  test('comes back on its data when it is killed', async () => {
    const { url, pid } = await start();
    await query(url, 'CREATE TABLE kept AS SELECT 1 AS n');
    const before = pid();
    process.kill(before ?? 0, 'SIGKILL');
    const rows = await eventually(() => query(url, 'SELECT n FROM kept'), { timeout: 20_000, interval: 100 });
    expect(rows).toEqual([{ n: 1 }]);
    expect(pid()).not.toBe(before);
  });

  test('starts again on its data although a lock file names a living process', async () => {
    writeFileSync(join(folder, 'postgres', 'postmaster.pid'), `${process.pid}\n`);
    const { url } = await start();
    expect(await query(url, 'SELECT n FROM kept')).toEqual([{ n: 1 }]);
  });

  test('says in one sentence that the data is of another major version, and changes nothing', async () => {
    const marker = join(folder, 'postgres', 'PG_VERSION');
    const own = readFileSync(marker, 'utf8');
    writeFileSync(marker, '15\n');
    expect(() => checkEmbeddedPostgres(folder)).toThrow(StartupError);
    await expect(start()).rejects.toThrow(/holds data of Postgres 15 and this Brook brings Postgres \d+/);
    expect(readFileSync(marker, 'utf8')).toBe('15\n');
    writeFileSync(marker, own);
  });

  test('does not make up a password for data whose secrets are gone', async () => {
    const secrets = join(folder, 'secrets.json');
    renameSync(secrets, `${secrets}.away`);
    await expect(start()).rejects.toThrow('restore secrets.json from a backup');
    renameSync(`${secrets}.away`, secrets);
  });
});

describe('embedded Redis', () => {
  let server: RunningServer;
  let client: Redis;
  beforeAll(async () => {
    server = await startEmbeddedRedis({ folder, secrets: openSecrets(folder) });
    client = new Redis(server.url, { retryStrategy: () => 50 });
    client.on('error', () => undefined);
  });
  afterAll(async () => {
    client.disconnect();
    await server.stop();
  });

  test('keeps an append-only file, evicts nothing, and does not run as root', async () => {
    expect(await client.config('GET', 'appendonly')).toEqual(['appendonly', 'yes']);
    expect(await client.config('GET', 'appendfsync')).toEqual(['appendfsync', 'everysec']);
    expect(await client.config('GET', 'maxmemory-policy')).toEqual(['maxmemory-policy', 'noeviction']);
    expect(userOf(server.pid())).not.toBe(0);
  });

  test('is reached through a socket by processes of this machine, also after it was killed', async () => {
    const near = new Redis(server.localUrl, { retryStrategy: () => 50 });
    near.on('error', () => undefined);
    const isSocket = async () => String(await near.client('INFO')).includes(`addr=${folder}`);
    expect(await isSocket()).toBe(true);
    const before = server.pid();
    process.kill(before ?? 0, 'SIGKILL');
    await eventually(() => server.pid() !== undefined && server.pid() !== before, { timeout: 10_000 });
    expect(await isSocket()).toBe(true);
    near.disconnect();
  });

  test('comes back on its data when it is killed', async () => {
    await client.set('kept', '1');
    const before = server.pid();
    process.kill(before ?? 0, 'SIGKILL');
    await eventually(() => server.pid() !== undefined && server.pid() !== before, { timeout: 10_000 });
    expect(await client.get('kept')).toBe('1');
  });
});

if (process.getuid?.() === 0) {
  test('the servers start as another account below a folder that is closed to it', async () => {
    const closed = join(folder, 'closed');
    mkdirSync(join(closed, 'data'), { recursive: true });
    chmodSync(closed, 0o700);
    chmodSync(join(closed, 'data'), 0o711);
    const options = { folder: join(closed, 'data'), secrets: openSecrets(join(closed, 'data')) };
    const servers = await Promise.all([startEmbeddedPostgres(options), startEmbeddedRedis(options)]);
    for (const { pid } of servers) expect(userOf(pid())).not.toBe(0);
    await Promise.all(servers.map((server) => server.stop()));
  });
}

test('passwords are random and readable by the owner only', () => {
  const path = join(folder, 'secrets.json');
  expect(statSync(path).mode & 0o777).toBe(0o600);
  const { postgresPassword, redisPassword } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, string>;
  expect(postgresPassword).toMatch(/^[\w-]{32}$/);
  expect(redisPassword).toMatch(/^[\w-]{32}$/);
  expect(redisPassword).not.toBe(postgresPassword);
});
