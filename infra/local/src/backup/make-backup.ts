import { createHash } from 'node:crypto';
import {
  closeSync,
  createWriteStream,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { StartupError } from '@brook/common/embedded';
import pg from 'pg';
import { readEras } from '../era.js';
import { OWNERS, readPartitions } from '../owner-schemas.js';
import type { ReachedStores } from '../reach-stores.js';
import { CopyOut } from './copy.js';
import type { Manifest, StoredTable } from './manifest.js';
import { copyTarget, listTables, nameOf, type Table } from './tables.js';

/** Tables that are read at the same time. */
const WORKERS = 2;

/**
 * Writes all of Brook's data into a new folder, as one moment showed it, while Brook runs: one snapshot that several
 * connections share. The folder holds password hashes and messages; only its owner may read it.
 * @param onTable called with each table that is done, and how many there are
 * @throws StartupError when the folder is in use or the database is not Brook's; then nothing is left behind
 */
export async function makeBackup(
  { sql, databaseUrl }: Pick<ReachedStores, 'sql' | 'databaseUrl'>,
  folder: string,
  onTable: (done: number, all: number) => void,
): Promise<Manifest> {
  if (existsSync(folder) && readdirSync(folder).length > 0)
    throw new StartupError(`${folder} is not empty: give the backup a new folder.`);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await sql.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    const manifest = await describe(sql);
    const { rows } = await sql.query<{ id: string }>('SELECT pg_export_snapshot() AS id');
    const tables = await listTables(sql);
    manifest.tables = await storeTables({ databaseUrl, snapshot: rows[0]?.id ?? '', folder }, tables, onTable);
    writeManifest(folder, manifest);
    return manifest;
  } catch (error) {
    rmSync(folder, { recursive: true, force: true });
    throw error;
  } finally {
    await sql.query('ROLLBACK');
  }
}

async function describe(sql: pg.Client): Promise<Manifest> {
  const partitions = await readPartitions(sql);
  const eras = await readEras({ sql });
  const migrations: Manifest['migrations'] = {};
  for (const schema of OWNERS) {
    const { rows } = await sql.query<{ name: string }>(
      `SELECT migration_name AS name FROM ${schema}._prisma_migrations WHERE rolled_back_at IS NULL AND finished_at IS NOT NULL ORDER BY 1`,
    );
    migrations[schema] = rows.map(({ name }) => name);
  }
  const { rows } = await sql.query<{ now: Date }>('SELECT now()');
  const createdAt = (rows[0]?.now ?? new Date()).toISOString();
  return { format: 1, createdAt, partitions, era: eras['messages'] ?? '', migrations, tables: [] };
}

interface Place {
  databaseUrl: string;
  snapshot: string;
  folder: string;
}

async function storeTables(place: Place, tables: Table[], onTable: (done: number, all: number) => void): Promise<StoredTable[]> {
  const waiting = [...tables.entries()];
  const stored: StoredTable[] = [];
  let done = 0;
  const work = () =>
    withSnapshot(place, async (client) => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        stored[next[0]] = await storeTable(client, place.folder, next[1]);
        onTable(++done, tables.length);
      }
    });
  const outcomes = await Promise.allSettled(Array.from({ length: WORKERS }, work));
  for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  return stored;
}

/** A connection that sees what the exporting one sees. */
async function withSnapshot(place: Place, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: place.databaseUrl, application_name: 'brook backup' });
  await client.connect();
  try {
    await client.query('SET statement_timeout = 0');
    await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
    await client.query(`SET TRANSACTION SNAPSHOT '${place.snapshot}'`);
    await work(client);
  } finally {
    await client.end();
  }
}

async function storeTable(client: pg.Client, folder: string, table: Table): Promise<StoredTable> {
  const file = `${nameOf(table)}.copy.gz`;
  const hash = createHash('sha256');
  let bytes = 0;
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      hash.update(chunk);
      bytes += chunk.length;
      next(null, chunk);
    },
  });
  const rows = client.query(new CopyOut(`COPY ${copyTarget(table)} TO STDOUT`));
  const target = createWriteStream(join(folder, file), { mode: 0o600, flags: 'wx', flush: true });
  await pipeline(rows, createGzip({ level: 3 }), measure, target);
  return { ...table, file, rows: rows.rows, bytes, sha256: hash.digest('hex') };
}

/** Last, and at once: a backup has its manifest only when it is whole. */
function writeManifest(folder: string, manifest: Manifest): void {
  const path = join(folder, 'manifest.json');
  writeFileSync(`${path}.new`, `${JSON.stringify(manifest, null, 2)}\n`, { mode: 0o600, flush: true });
  renameSync(`${path}.new`, path);
  const directory = openSync(folder, 'r');
  fsyncSync(directory);
  closeSync(directory);
}
