import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import pg from 'pg';
import type { Finding } from '../src/doctor/finding.js';
import { type AdministeredStores, administeredStores } from './support/administered-stores.js';

const cli = fileURLToPath(new URL('../brook.mjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'brook-doctor-'));

let stores: AdministeredStores;
let sql: pg.Client;
beforeAll(async () => {
  stores = await administeredStores('standalone');
  sql = new pg.Client({ connectionString: stores.database.url });
  await sql.connect();
});
afterAll(async () => {
  await sql.end();
  await stores.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** A command as an operator types it. */
function brook(
  args: string[],
  env: Partial<AdministeredStores['env']> = {},
): Promise<{ code: number; stdout: string; stderr: string }> {
  const surroundings = { ...process.env, NODE_OPTIONS: '', BROOK_DATA_DIR: join(folder, 'none'), ...stores.env, ...env };
  return new Promise((resolve) => {
    execFile(process.execPath, [cli, ...args], { env: surroundings }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr }),
    );
  });
}

async function doctor(env?: Partial<AdministeredStores['env']>): Promise<{ code: number; findings: Map<string, Finding> }> {
  const { code, stdout } = await brook(['doctor', '--json'], env);
  return { code, findings: new Map((JSON.parse(stdout) as Finding[]).map((finding) => [finding.name, finding])) };
}

describe('doctor', () => {
  test('finds a sound deployment well, and says what is to look at', async () => {
    const { code, findings } = await doctor();
    expect(code).toBe(0);
    for (const name of [
      'Node',
      'Postgres',
      'Postgres characters',
      'Migrations of users',
      'Partitions',
      'Redis',
      'Clock of Redis',
    ])
      expect(findings.get(name)).toMatchObject({ state: 'ok' });
    const { stdout } = await brook(['doctor']);
    expect(stdout.trimEnd().split('\n').at(-1)).toMatch(/^(All is well|Works; \d to look at)$/);
  });

  test('names migrations that failed, come from a newer version, or are not applied yet', async () => {
    const history = 'users._prisma_migrations';
    const { rows } = await sql.query<{ name: string }>(`SELECT max(migration_name) AS name FROM ${history}`);
    const newest = rows[0]?.name ?? '';
    await sql.query(`UPDATE ${history} SET finished_at = NULL WHERE migration_name = $1`, [newest]);
    expect((await doctor()).findings.get('Migrations of users')).toMatchObject({
      state: 'bad',
      text: expect.stringContaining('failed'),
    });
    await sql.query(`UPDATE ${history} SET finished_at = now(), migration_name = '29990101_later' WHERE migration_name = $1`, [
      newest,
    ]);
    const { code, findings } = await doctor();
    expect(code).toBe(1);
    expect(findings.get('Migrations of users')?.text).toContain('newer than this Brook (29990101_later)');
    await sql.query(`DELETE FROM ${history} WHERE migration_name = '29990101_later'`);
    expect((await doctor()).findings.get('Migrations of users')).toMatchObject({
      state: 'warn',
      text: expect.stringContaining(newest),
    });
  });

  test('notices schemas that disagree on the number of partitions', async () => {
    await sql.query('UPDATE rooms.meta SET partitions = 3');
    const { code, findings } = await doctor();
    await sql.query('UPDATE rooms.meta SET partitions = 2');
    expect(code).toBe(1);
    expect(findings.get('Partitions')?.text).toContain('disagree (2, 3)');
  });

  test('says which store does not answer', async () => {
    const { code, findings } = await doctor({ DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none' });
    expect(code).toBe(1);
    expect(findings.get('Stores')?.text).toContain('The Postgres of DATABASE_URL does not answer');
  });
});

describe('export', () => {
  test('writes public things as JSON Lines, of all rooms or of one, and no secrets', async () => {
    const [person, room, other] = [randomUUID(), randomUUID(), randomUUID()];
    await sql.query(
      `INSERT INTO users.accounts (id, username, name_key, look_key, display_name, kind, created_at) VALUES ($1, 'ada', 'ada', 'ada', 'Ada', 'member', now())`,
      [person],
    );
    await sql.query(`INSERT INTO users.credentials VALUES ($1, 'a password hash')`, [person]);
    for (const id of [room, other])
      await sql.query(
        `INSERT INTO rooms.rooms (id, name, topic, visibility, kind, owner_id, member_count, created_at) VALUES ($1, 'R', '', 'public', 'group', $2, 1, now())`,
        [id, person],
      );
    await sql.query(
      `INSERT INTO messages.messages (room_id, seq, rev, id, client_id, sender_id, sender, text, created_at)
       SELECT $1, n, n, gen_random_uuid(), gen_random_uuid(), $2, '{}', E'line\\n' || n, now() FROM generate_series(1, 2500) n`,
      [room, person],
    );
    const file = join(folder, 'all.jsonl');
    expect((await brook(['export', file])).stdout).toContain('Exported 1 users, 2 rooms, 0 members, 2500 messages');
    const text = readFileSync(file, 'utf8');
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(lines).toHaveLength(2503);
    expect(lines[0]).toMatchObject({ kind: 'user', id: person, username: 'ada', accountKind: 'member' });
    expect(lines.at(-1)).toMatchObject({ kind: 'message', seq: 2500, text: 'line\n2500', senderId: person });
    expect(text).not.toContain('a password hash');
    expect(statSync(file).mode & 0o077).toBe(0);
    expect((await brook(['export', join(folder, 'one.jsonl'), '--room', other])).stdout).toContain(
      '0 users, 1 rooms, 0 members, 0 messages',
    );
    expect((await brook(['export', file])).code).toBe(1);
    expect((await brook(['export', join(folder, 'no.jsonl'), '--room', randomUUID()])).stderr).toContain('There is no room');
  });
});
