import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freePort } from '@brook/common/embedded';
import { type FreshDatabase, freshDatabase, makeServerFolder, type PrivateRedis, startPrivateRedis } from '@brook/common/testing';
import { type SpawnedBrook, spawnBrook } from '@brook/infra/local';
import pg from 'pg';
import { RawClient } from './faults/raw-client.js';

const cli = fileURLToPath(new URL('../infra/local/brook.mjs', import.meta.url));
const folder = makeServerFolder();
const dataDir = join(folder, 'data');
const backup = join(folder, 'backup');

let port: number;
let redis: PrivateRedis;
let database: FreshDatabase;
let replacement: FreshDatabase;
let brook: SpawnedBrook | undefined;

beforeAll(async () => {
  [port, redis, database, replacement] = await Promise.all([
    freePort(),
    startPrivateRedis({ persistent: false }),
    freshDatabase(),
    freshDatabase(),
  ]);
});
afterAll(async () => {
  await brook?.stop();
  await Promise.all([redis.stop(), database.drop(), replacement.drop()]);
  rmSync(folder, { recursive: true, force: true });
});

const env = ({ url }: FreshDatabase) => ({ DATABASE_URL: url, REDIS_URL: redis.url, PARTITIONS: '2', LIMITS: 'off' });

/** An administration command as an operator types it; resolves with the last line it printed. */
async function run(on: FreshDatabase, ...args: string[]): Promise<string> {
  const surroundings = { ...process.env, NODE_OPTIONS: '', BROOK_DATA_DIR: dataDir, ...env(on) };
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args], { env: surroundings });
  return stdout.trimEnd().split('\n').at(-1) ?? '';
}

async function call<T>(path: string, body: object, token?: string): Promise<T> {
  const answer = await fetch(`http://127.0.0.1:${port}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(token ? { authorization: `Bearer ${token}` } : {}) },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path} was answered ${answer.status}: ${await answer.text()}`);
  return (await answer.json()) as T;
}

/** Digest of what a query finds. */
async function digest(on: FreshDatabase, query: string, values: unknown[] = []): Promise<unknown> {
  const client = new pg.Client({ connectionString: on.url });
  await client.connect();
  try {
    const { rows } = await client.query<{ digest: string; count: string }>(
      `SELECT count(*)::int AS count, md5(string_agg(md5(t::text), ',' ORDER BY md5(t::text))) AS digest FROM (${query}) t`,
      values,
    );
    return rows[0];
  } finally {
    await client.end();
  }
}

test('a backup under load, a wipe, a restore: the same rows, and clients come back to a snapshot', async () => {
  brook = await spawnBrook({ dataDir, port, env: env(database) });
  const { accessToken } = await call<{ accessToken: string }>('/users', {
    username: 'drill',
    password: 'a long password',
    tokens: 'body',
  });
  const { room } = await call<{ room: { id: string } }>('/rooms', { name: 'Drill' }, accessToken);
  const client = new RawClient(brook.url, accessToken);
  const { era } = await client.hello();
  await client.ask({ type: 'room.subscribe', roomId: room.id });

  let newest = { seq: 0, rev: 0 };
  let loading = true;
  const sendOne = async (text: string) => {
    const answer = await client.ask({ type: 'message.send', roomId: room.id, clientId: randomUUID(), text });
    expect(answer).toMatchObject({ type: 'ack' });
    newest = (answer as unknown as { message: typeof newest }).message;
  };
  for (let n = 0; n < 20; n++) await sendOne(`before ${n}`);
  const load = (async () => {
    for (let n = 0; loading; n++) await sendOne(`during ${n}`);
  })();
  const promised = newest.seq;
  expect(await run(database, 'backup', backup)).toMatch(/^Backed up \d+ rows of \d+ tables/);
  loading = false;
  await load;
  await sendOne('after');
  const lost = newest;
  client.close();
  await brook.stop();

  await redis.halt();
  await redis.resume();
  expect(await run(replacement, 'restore', backup)).toBe('Start Brook with PARTITIONS=2.');
  const restored = 'SELECT * FROM messages.messages WHERE seq <= $1';
  const { count } = (await digest(replacement, 'SELECT * FROM messages.messages')) as { count: number };
  expect(count).toBeGreaterThanOrEqual(promised);
  expect(count).toBeLessThan(lost.seq);
  expect(await digest(replacement, restored, [count])).toEqual(await digest(database, restored, [count]));
  // What nobody changed after the backup, whole.
  for (const still of [
    'SELECT * FROM users.accounts',
    'SELECT * FROM users.credentials',
    'SELECT * FROM users.sessions',
    'SELECT * FROM rooms.rooms',
    'SELECT * FROM rooms.changes',
    'SELECT room_id, user_id, role, joined_at FROM rooms.members',
  ])
    expect(await digest(replacement, still)).toEqual(await digest(database, still));

  brook = await spawnBrook({ dataDir, port, env: env(replacement) });
  const back = new RawClient(brook.url, accessToken);
  expect((await back.hello()).era).not.toBe(era);
  const answer = await back.ask({ type: 'room.subscribe', roomId: room.id, since: lost.rev });
  expect(answer).toMatchObject({ mode: 'snapshot', lastSeq: count });
  const sent = await back.ask({ type: 'message.send', roomId: room.id, clientId: randomUUID(), text: 'after all' });
  expect(sent).toMatchObject({ message: { seq: count + 1 } });
  back.close();
}, 120_000);
