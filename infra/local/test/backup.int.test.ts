import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { freshDatabase } from '@brook/common/testing';
import pg from 'pg';
import { makeBackup } from '../src/backup/make-backup.js';
import { type Manifest, readManifest } from '../src/backup/manifest.js';
import { restoreBackup } from '../src/backup/restore-backup.js';
import { listTables, nameOf } from '../src/backup/tables.js';
import { type ReachedStores, withConnections } from '../src/reach-stores.js';
import { type AdministeredStores, administeredStores } from './support/administered-stores.js';

const ROWS = 3_000;
const nothing = () => undefined;
const folders: string[] = [];
const newFolder = () => {
  const folder = join(mkdtempSync(join(tmpdir(), 'brook-backup-')), 'backup');
  folders.push(folder);
  return folder;
};

let stores: AdministeredStores;
const reached = <T>(work: (stores: ReachedStores) => Promise<T>) => withConnections(stores.addresses, work);
const quiet = (to: ReachedStores, folder: string) => makeBackup(to, folder, nothing);

beforeAll(async () => {
  stores = await administeredStores('standalone');
  await reached(({ sql }) => fillTables(sql));
});
afterAll(async () => {
  for (const folder of folders) rmSync(join(folder, '..'), { recursive: true, force: true });
  await stores.stop();
});

/** Rows with whatever is hard to carry: line ends, tabs, backslashes, NULL, JSON, bytes, parents and children. */
async function fillTables(sql: pg.Client): Promise<void> {
  const [owner, room] = [randomUUID(), randomUUID()];
  await sql.query(
    `INSERT INTO messages.messages (room_id, seq, rev, id, client_id, sender_id, sender, text, created_at)
     SELECT $1, n, n, gen_random_uuid(), gen_random_uuid(), $2, '{"username":"a\\"b"}',
            E'line ' || n || E'\\n\\ttab \\\\N \\\\. ✓ ' || repeat('x', n % 400), now() FROM generate_series(1, $3::int) n`,
    [room, owner, ROWS],
  );
  await sql.query(
    `INSERT INTO rooms.rooms (id, name, topic, visibility, kind, owner_id, member_count, created_at)
     VALUES ($1, '', E'\\r\\n', 'private', 'group', $2, 1, now())`,
    [room, owner],
  );
  await sql.query(
    `INSERT INTO rooms.members (room_id, user_id, role, joined_at, last_read_seq) VALUES ($1, $2, 'owner', now(), 7)`,
    [room, owner],
  );
  await sql.query(`INSERT INTO users.visit_salts (day, salt) VALUES (current_date, '\\x00ff0a0d5c'::bytea)`);
}

/** A digest of each table's rows, whatever their order. */
async function rowHashes(sql: pg.Client): Promise<Record<string, string>> {
  const hashes: Record<string, string> = {};
  for (const table of await listTables(sql)) {
    const name = nameOf(table);
    const { rows } = await sql.query<{ hash: string }>(
      `SELECT md5(coalesce(string_agg(md5(t::text), ',' ORDER BY md5(t::text)), '')) AS hash FROM ${name} t`,
    );
    hashes[name] = rows[0]?.hash ?? '';
  }
  return hashes;
}

/** Restores into a database of its own. */
async function restored<T>(folder: string, look: (to: ReachedStores) => Promise<T>): Promise<T> {
  const database = await freshDatabase();
  try {
    return await withConnections({ ...stores.addresses, databaseUrl: database.url }, async (to) => {
      await restoreBackup(to, folder, nothing);
      return await look(to);
    });
  } finally {
    await database.drop();
  }
}

test('a restored database has the very same rows, and another era', async () => {
  const folder = newFolder();
  const before = await reached(async (to) => {
    await quiet(to, folder);
    return { hashes: await rowHashes(to.sql), era: readManifest(folder).era };
  });
  const after = await restored(folder, async ({ sql }) => {
    const { rows } = await sql.query<{ era: string }>(
      'SELECT era::text FROM messages.meta UNION SELECT era::text FROM rooms.meta UNION SELECT era::text FROM users.meta',
    );
    return { hashes: await rowHashes(sql), eras: rows.map(({ era }) => era) };
  });
  const withoutMeta = (hashes: Record<string, string>) =>
    Object.fromEntries(Object.entries(hashes).filter(([name]) => !name.endsWith('.meta')));
  expect(withoutMeta(after.hashes)).toEqual(withoutMeta(before.hashes));
  expect(Object.keys(after.hashes).length).toBeGreaterThan(20);
  expect(after.eras).toHaveLength(1);
  expect(after.eras[0]).not.toBe(before.era);
});

test('is one moment of all schemas, while somebody writes', async () => {
  const folder = newFolder();
  await reached(async (to) => {
    const writer = new pg.Client({ connectionString: to.databaseUrl });
    await writer.connect();
    let writing = true;
    let written = 0;
    const load = (async () => {
      for (; writing; written++)
        await writer.query(
          `WITH one AS (INSERT INTO messages.bans VALUES (gen_random_uuid(), gen_random_uuid()) RETURNING room_id, user_id)
           INSERT INTO users.command_results (actor_id, key, result) SELECT user_id, room_id::text, '{}' FROM one`,
        );
    })();
    try {
      const { tables } = await quiet(to, folder);
      const rowsOf = (name: string) => tables.find((table) => nameOf(table) === name)?.rows;
      expect(rowsOf('messages.bans')).toBe(rowsOf('users.command_results'));
    } finally {
      writing = false;
      await load;
      await writer.end();
    }
    expect(written).toBeGreaterThan(0);
  });
  const pairs = await restored(folder, async ({ sql }) => {
    const { rows } = await sql.query<{ apart: string }>(
      `SELECT count(*) AS apart FROM messages.bans b FULL JOIN users.command_results r ON r.actor_id = b.user_id
       WHERE b.user_id IS NULL OR r.actor_id IS NULL`,
    );
    return Number(rows[0]?.apart);
  });
  expect(pairs).toBe(0);
});

test('a damaged file, a folder without a manifest and a newer backup are refused, and the database stays empty', async () => {
  const folder = newFolder();
  await reached((to) => quiet(to, folder));
  const schemas = async ({ sql }: ReachedStores) =>
    (await sql.query(`SELECT 1 FROM pg_namespace WHERE nspname IN ('messages', 'rooms', 'users')`)).rowCount;
  const database = await freshDatabase();
  await withConnections({ ...stores.addresses, databaseUrl: database.url }, async (to) => {
    const refusal = () => restoreBackup(to, folder, nothing).then(() => 'it was done', String);
    const path = join(folder, 'manifest.json');
    const manifest = readFileSync(path, 'utf8');
    const edited = (change: (copy: Manifest) => void) => {
      const copy = JSON.parse(manifest) as Manifest;
      change(copy);
      writeFileSync(path, JSON.stringify(copy));
    };
    edited((copy) => copy.migrations['rooms']?.push('29990101000000_later'));
    expect(await refusal()).toContain('made by a newer Brook (migration 29990101000000_later of rooms is unknown here)');
    edited((copy) => copy.tables.forEach((table) => (table.rows += 1)));
    expect(await refusal()).toContain('nothing was restored');
    writeFileSync(path, manifest);
    const file = join(folder, 'messages.messages.copy.gz');
    const bytes = readFileSync(file);
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] ?? 0) ^ 1;
    writeFileSync(file, bytes);
    expect(await refusal()).toContain('messages.messages.copy.gz does not have the checksum of its manifest');
    rmSync(path);
    expect(await refusal()).toContain('is no backup, or an unfinished one');
    expect(await schemas(to)).toBe(0);
  });
  await database.drop();
});

test('is refused into a database that is not empty, and from a folder that is in use', () =>
  reached(async (to) => {
    const folder = newFolder();
    await quiet(to, folder);
    await expect(restoreBackup(to, folder, nothing)).rejects.toThrow('The database is not empty (it has the schema messages)');
    await expect(quiet(to, folder)).rejects.toThrow('is not empty: give the backup a new folder');
    expect(existsSync(join(folder, 'manifest.json'))).toBe(true);
  }));

test('is readable by its owner only', () =>
  reached(async (to) => {
    const folder = newFolder();
    await quiet(to, folder);
    expect(statSync(folder).mode & 0o077).toBe(0);
    for (const file of readdirSync(folder)) expect(statSync(join(folder, file)).mode & 0o077).toBe(0);
  }));
