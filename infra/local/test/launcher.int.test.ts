import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort, isAlive } from '@brook/common/embedded';
import { eventually } from '@brook/common/testing';
import { type SpawnedBrook, spawnLauncher } from '@brook/infra/local';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Redis } from 'ioredis';
import pg from 'pg';
import { type BrookFolder, brookFolder } from './support/brook-folder.js';
import { descendants } from './support/process-tree.js';

/** A whole system is started, killed and started again here. */
jest.setTimeout(120_000);

const SERVICES = ['users', 'rooms', 'messages', 'gateway'];
const brookScript = fileURLToPath(new URL('../brook.mjs', import.meta.url));

const launcherPid = (brook: SpawnedBrook) => brook.process.pid ?? 0;
const pidOf = (brook: SpawnedBrook, part: string) =>
  descendants(launcherPid(brook)).find(({ command }) => command.includes(part))?.pid;

async function isReady(brook: SpawnedBrook): Promise<boolean> {
  const response = await fetch(`${brook.url}/readyz`);
  await response.text();
  return response.status === 200;
}

async function rowsOf(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => undefined); // Servers are killed under it.
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

async function runCommandLine(dataDir: string, args: string[], input = ''): Promise<{ code: number | null; output: string }> {
  const env = { ...process.env, NODE_OPTIONS: '', BROOK_DATA_DIR: dataDir };
  const child = spawn(process.execPath, [brookScript, ...args], { env });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  child.stdin.end(input);
  await once(child, 'close');
  return { code: child.exitCode, output };
}

describe('a running Brook', () => {
  let folder: BrookFolder;
  let brook: SpawnedBrook;
  beforeAll(async () => {
    folder = await brookFolder();
    brook = await folder.start();
  });
  afterAll(() => folder.remove());

  test('says where it is, where its data lies, that there is no admin, and how to stop', () => {
    const lines = brook.output().split('\n');
    const at = lines.indexOf(`Brook is ready at http://localhost:${folder.port}`);
    expect(at).toBeGreaterThanOrEqual(0);
    expect(lines.slice(at + 1)).toEqual([
      expect.stringContaining(folder.dataDir),
      expect.stringContaining('npm run brook -- admin create'),
      expect.stringContaining('Ctrl-C'),
    ]);
  });

  test('runs each service as a process of its own whose command line names it', () => {
    const commands = descendants(launcherPid(brook)).map(({ command }) => command);
    for (const name of SERVICES) expect(commands.filter((command) => command.includes(`services/${name}/`))).toHaveLength(1);
  });

  test('answers on both loopbacks', async () => {
    for (const host of ['127.0.0.1', '[::1]']) {
      const response = await fetch(`http://${host}:${folder.port}/healthz`);
      await response.text();
      expect(response.status).toBe(200);
    }
  });

  test('keeps secrets and addresses readable by the owner only', () => {
    for (const name of ['secrets.json', 'runtime.json', 'lock.json']) {
      expect(statSync(join(folder.dataDir, name)).mode & 0o777).toBe(0o600);
    }
  });

  test('refuses a second start on its data folder in one sentence', async () => {
    const second = await folder.refusedStart({ port: await freePort() });
    expect(second).toEqual({
      code: 1,
      output: `The data folder ${folder.dataDir} is already in use by process ${launcherPid(brook)}: stop that Brook first, or set BROOK_DATA_DIR to another folder.`,
    });
    expect(await isReady(brook)).toBe(true);
  });

  test('refuses a start on its port in one sentence that names the holder, and touches nothing', async () => {
    const other = await brookFolder();
    const { code, output } = await other.refusedStart({ port: folder.port });
    expect(code).toBe(1);
    expect(output).toMatch(
      new RegExp(`^Port ${folder.port} is already in use by process ${pidOf(brook, 'services/gateway/')} \\(.*gateway.*\\): .*$`),
    );
    expect(existsSync(join(other.dataDir, 'postgres'))).toBe(false);
    await other.remove();
  });

  test('makes an admin from the command line', async () => {
    const typed = await runCommandLine(folder.dataDir, ['admin', 'create'], 'boss\ncorrect horse battery\n');
    expect(typed).toMatchObject({ code: 0, output: expect.stringContaining('boss is an admin now') });
    const again = await runCommandLine(folder.dataDir, [
      'admin',
      'create',
      '--username',
      'BOSS',
      '--password',
      'correct horse battery',
    ]);
    expect(again).toMatchObject({ code: 1, output: expect.stringContaining('The users service refused: ') });
  });

  test.each(SERVICES)('starts %s again when it is killed', async (name) => {
    const before = pidOf(brook, `services/${name}/`);
    process.kill(before ?? 0, 'SIGKILL');
    await eventually(() => ![undefined, before].includes(pidOf(brook, `services/${name}/`)), { timeout: 10_000 });
    await eventually(() => isReady(brook), { timeout: 30_000, interval: 100 });
  });

  test('starts Postgres again on its data when it is killed', async () => {
    await rowsOf(brook.facts.databaseUrl, 'CREATE TABLE public.kept AS SELECT 1 AS n');
    const before = pidOf(brook, 'postgres -D');
    process.kill(before ?? 0, 'SIGKILL');
    const kept = () => rowsOf(brook.facts.databaseUrl, 'SELECT n FROM public.kept');
    expect(await eventually(kept, { timeout: 20_000, interval: 100 })).toEqual([{ n: 1 }]);
    expect(pidOf(brook, 'postgres -D')).not.toBe(before);
    await eventually(() => isReady(brook), { timeout: 30_000, interval: 100 });
  });

  test('starts Redis again on its data when it is killed', async () => {
    const client = new Redis(brook.facts.redisUrl ?? '', { retryStrategy: () => 50 });
    client.on('error', () => undefined); // The server is killed under it.
    await client.set('test:kept', '1');
    const before = pidOf(brook, 'redis.conf');
    process.kill(before ?? 0, 'SIGKILL');
    await eventually(() => ![undefined, before].includes(pidOf(brook, 'redis.conf')), { timeout: 10_000 });
    expect(await client.get('test:kept')).toBe('1');
    client.disconnect();
    await eventually(() => isReady(brook), { timeout: 30_000, interval: 100 });
  });
});

describe('stopping and starting again', () => {
  let folder: BrookFolder;
  beforeAll(async () => {
    folder = await brookFolder();
  });
  afterAll(() => folder.remove());

  const gone = (pids: number[]) => eventually(() => !pids.some(isAlive), { timeout: 20_000, interval: 50 });
  const treeOf = (brook: SpawnedBrook) => [launcherPid(brook), ...descendants(launcherPid(brook)).map(({ pid }) => pid)];

  test('Ctrl-C ends with exit code 0 and leaves no process', async () => {
    const brook = await folder.start({ env: { ADMIN_USERNAME: 'first', ADMIN_PASSWORD: 'a long password' } });
    const tree = treeOf(brook);
    expect(await brook.stop()).toBe(0);
    expect(tree.filter(isAlive)).toEqual([]);
    expect(existsSync(join(folder.dataDir, 'runtime.json'))).toBe(false);
  });

  test('kill -9 of the launcher leaves no process, and the data is there at the next start', async () => {
    const brook = await folder.start();
    expect(brook.output()).toContain('Admin: there is one');
    const tree = treeOf(brook);
    brook.process.kill('SIGKILL');
    await gone(tree);
    const next = await folder.start();
    expect(next.output()).toContain('Admin: there is one');
    await next.stop();
  });

  test('kill -9 of the npm that runs the launcher ends everything', async () => {
    const script = fileURLToPath(new URL('./support/npm-start.mjs', import.meta.url));
    const { child, ready } = spawnLauncher({ ...folder, script });
    await ready;
    const pid = child.pid ?? 0;
    const tree = descendants(pid).map((row) => row.pid);
    expect(tree.length).toBeGreaterThan(SERVICES.length);
    child.kill('SIGKILL');
    await gone(tree);
  });

  test('Ctrl-C in the middle of a start leaves no process', async () => {
    const { child } = spawnLauncher(folder);
    const pid = child.pid ?? 0;
    await eventually(() => descendants(pid).some(({ command }) => command.includes('services/')), {
      timeout: 20_000,
      interval: 5,
    });
    const tree = [pid, ...descendants(pid).map((row) => row.pid)];
    const closed = once(child, 'close');
    child.kill('SIGINT');
    await closed;
    expect(child.exitCode).toBe(0);
    await gone(tree);
  });

  test('a database with a newer schema is refused in the words of its service, and left alone', async () => {
    const brook = await folder.start();
    const newer =
      "INSERT INTO rooms._prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('z', 'z', '9999_from_the_future', now())";
    await rowsOf(brook.facts.databaseUrl, newer);
    await brook.stop();
    const { code, output } = await folder.refusedStart();
    expect(code).toBe(1);
    expect(output.split('\n').at(-1)).toMatch(
      /^The rooms service could not start: .*newer than this version of Brook.*9999_from_the_future/,
    );
  });

  test('data of another Postgres version is refused in one sentence', async () => {
    const marker = join(folder.dataDir, 'postgres', 'PG_VERSION');
    writeFileSync(marker, '15\n');
    const { code, output } = await folder.refusedStart();
    expect(code).toBe(1);
    expect(output).toMatch(/^\S+ holds data of Postgres 15 and this Brook brings Postgres \d+: [^\n]*$/);
    expect(readFileSync(marker, 'utf8')).toBe('15\n');
  });

  test('a command without a running Brook says so', async () => {
    const { code, output } = await runCommandLine(folder.dataDir, ['admin', 'create', '--username', 'x', '--password', 'y']);
    expect({ code, output: output.trim() }).toEqual({
      code: 1,
      output: `No Brook is running on ${folder.dataDir}: start it with "npm start" and try again (or set BROOK_DATA_DIR).`,
    });
  });
});
