import { cpSync, createReadStream, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createGunzip } from 'node:zlib';
import { applyMigrations } from '@brook/common/database';
import { StartupError } from '@brook/common/embedded';
import { createLogger } from '@brook/common/logging';
import type pg from 'pg';
import { rotateEra } from '../era.js';
import { OWNERS } from '../owner-schemas.js';
import type { ReachedStores } from '../reach-stores.js';
import { projectRoot } from '../settings.js';
import { copyIn } from './copy.js';
import { type Manifest, readManifest, type StoredTable, verifyFiles } from './manifest.js';
import { copyTarget, nameOf } from './tables.js';

/** What restoring is busy with; `share` goes from 0 to 1. */
export type OnStep = (step: 'checking' | 'filling', share: number) => void;

/**
 * Fills an empty database from a backup and begins another era, so that nobody goes on with numbers that were given away
 * before. Checks every file first; the data comes in one transaction.
 * @returns the backup's manifest and the new era
 * @throws StartupError when the folder is no whole backup, this version is older than it, or the database is not empty;
 * the database is left empty
 */
export async function restoreBackup(
  stores: ReachedStores,
  folder: string,
  onStep: OnStep,
): Promise<{ manifest: Manifest; era: string }> {
  const manifest = readManifest(folder);
  await assertEmpty(stores.sql);
  const all = manifest.tables.reduce((sum, { bytes }) => sum + bytes, 0) || 1;
  const progress = (step: Parameters<OnStep>[0]) => {
    let bytes = 0;
    return (more: number) => onStep(step, (bytes += more) / all);
  };
  await verifyFiles(folder, manifest, progress('checking'));
  try {
    await createSchemas(stores.databaseUrl, manifest);
    await fill(stores.sql, folder, manifest, progress('filling'));
  } catch (error) {
    for (const schema of OWNERS) await stores.sql.query(`DROP SCHEMA IF EXISTS "${schema}" CASCADE`);
    throw error;
  }
  const era = await rotateEra(stores);
  await stores.sql.query('ANALYZE');
  return { manifest, era };
}

async function assertEmpty(sql: pg.Client): Promise<void> {
  const { rows } = await sql.query<{ name: string }>(
    'SELECT nspname AS name FROM pg_namespace WHERE nspname = ANY($1) ORDER BY 1',
    [OWNERS],
  );
  if (rows[0])
    throw new StartupError(
      `The database is not empty (it has the schema ${rows[0].name}): a backup is restored into an empty one only.`,
    );
}

/** The tables as they were when the backup was made; what is newer the services apply themselves when they start. */
async function createSchemas(databaseUrl: string, { migrations }: Manifest): Promise<void> {
  const logger = createLogger({ service: 'brook', level: 'silent' });
  for (const schema of OWNERS) {
    const folder = mkdtempSync(join(tmpdir(), 'brook-migrations-'));
    try {
      for (const name of migrations[schema] ?? []) {
        const known = join(projectRoot, 'services', schema, 'prisma/migrations', name);
        if (!existsSync(known))
          throw new StartupError(
            `The backup was made by a newer Brook (migration ${name} of ${schema} is unknown here): restore it with that version.`,
          );
        cpSync(known, join(folder, name), { recursive: true });
      }
      await applyMigrations(databaseUrl, schema, folder, logger);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}

async function fill(sql: pg.Client, folder: string, { tables }: Manifest, onBytes: (bytes: number) => void): Promise<void> {
  await sql.query('BEGIN');
  try {
    await sql.query('SET LOCAL statement_timeout = 0');
    // What triggers once derived from these rows is in the backup itself.
    for (const table of tables) await sql.query(`ALTER TABLE ${nameOf(table)} DISABLE TRIGGER USER`);
    for (const table of tables) await fillTable(sql, folder, table, onBytes);
    for (const table of tables) await sql.query(`ALTER TABLE ${nameOf(table)} ENABLE TRIGGER USER`);
    await sql.query('COMMIT');
  } catch (error) {
    await sql.query('ROLLBACK');
    throw error;
  }
}

async function fillTable(sql: pg.Client, folder: string, table: StoredTable, onBytes: (bytes: number) => void): Promise<void> {
  const source = createReadStream(join(folder, table.file)).on('data', (chunk) => onBytes(chunk.length));
  const unpacked = source.pipe(createGunzip());
  source.on('error', (error) => unpacked.destroy(error));
  const rows = await copyIn(sql, `COPY ${copyTarget(table)} FROM STDIN`, unpacked);
  if (rows !== table.rows)
    throw new StartupError(`${nameOf(table)} has ${rows} rows now, and the backup says ${table.rows}: nothing was restored.`);
}
