import { createHash, randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';
import type { Logger } from '../logging/index.js';

/**
 * The key of the advisory lock that Prisma Migrate itself takes, so that its CLI and this runner exclude each other. Who
 * holds it keeps every service from starting.
 */
export const MIGRATION_LOCK = 72_707_369;

/** The database cannot be brought to this program's schema; the message says why in one sentence. */
export class MigrationError extends Error {
  override readonly name = 'MigrationError';
}

interface Migration {
  name: string;
  sql: string;
  checksum: string;
}

/**
 * Applies a service's pending migrations (`<dir>/<name>/migration.sql`, in name order) to its own schema, creating it
 * if absent. Safe for several replicas at once: an advisory lock lets one work while the others wait. Writes the same
 * `_prisma_migrations` table as Prisma's own CLI, which agrees afterwards; no engine binary is needed at run time.
 * @returns names applied now
 * @throws MigrationError when a migration failed before, was edited after it was applied, or the schema is newer than this program
 */
export async function applyMigrations(databaseUrl: string, schema: string, dir: string, logger: Logger): Promise<string[]> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    options: `-c search_path=${schema}`,
    application_name: `brook-${schema}-migrate`,
  });
  await client.connect();
  try {
    await client.query('SELECT pg_advisory_lock($1)', [MIGRATION_LOCK]);
    await client.query(`CREATE SCHEMA IF NOT EXISTS "${schema}"`);
    await createHistory(client);
    const applied: string[] = [];
    for (const migration of await pending(client, schema, readMigrations(dir))) {
      await applyOne(client, migration);
      logger.info({ migration: migration.name }, 'migration applied');
      applied.push(migration.name);
    }
    return applied;
  } finally {
    // Ending the session frees the advisory lock, also after an error.
    await client.end();
  }
}

function readMigrations(dir: string): Migration[] {
  return readdirSync(dir)
    .sort()
    .flatMap((name) => {
      const file = join(dir, name, 'migration.sql');
      if (!existsSync(file)) return [];
      const sql = readFileSync(file, 'utf8');
      return [{ name, sql, checksum: createHash('sha256').update(sql).digest('hex') }];
    });
}

async function createHistory(client: pg.Client): Promise<void> {
  await client.query(`CREATE TABLE IF NOT EXISTS _prisma_migrations (
    id VARCHAR(36) PRIMARY KEY NOT NULL, checksum VARCHAR(64) NOT NULL, finished_at TIMESTAMPTZ, migration_name VARCHAR(255) NOT NULL,
    logs TEXT, rolled_back_at TIMESTAMPTZ, started_at TIMESTAMPTZ NOT NULL DEFAULT now(), applied_steps_count INTEGER NOT NULL DEFAULT 0)`);
}

async function pending(client: pg.Client, schema: string, known: Migration[]): Promise<Migration[]> {
  const { rows } = await client.query<{ name: string; checksum: string; finished_at: Date | null }>(
    'SELECT migration_name AS name, checksum, finished_at FROM _prisma_migrations WHERE rolled_back_at IS NULL ORDER BY migration_name',
  );
  const failed = rows.find((row) => row.finished_at === null);
  if (failed)
    throw new MigrationError(
      `migration ${failed.name} of schema ${schema} failed before; resolve it first (prisma migrate resolve)`,
    );
  const newer = rows.find((row) => !known.some(({ name }) => name === row.name));
  if (newer)
    throw new MigrationError(
      `the database's schema ${schema} is newer than this version of Brook (it has migration ${newer.name}); start the newer version`,
    );
  const done = new Map(rows.map((row) => [row.name, row.checksum]));
  const edited = known.find(({ name, checksum }) => done.has(name) && done.get(name) !== checksum);
  if (edited) throw new MigrationError(`migration ${edited.name} of schema ${schema} was edited after it was applied`);
  return known.filter(({ name }) => !done.has(name));
}

/** All or nothing, with its record: a process that is killed on the way leaves no half-applied migration behind. */
async function applyOne(client: pg.Client, { name, sql, checksum }: Migration): Promise<void> {
  await client.query('BEGIN');
  try {
    await client.query(
      `INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       VALUES ($1, $2, $3, clock_timestamp(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query(sql);
    await client.query('COMMIT');
  } catch (cause) {
    await client.query('ROLLBACK');
    throw new MigrationError(`migration ${name} could not be applied: ${String(cause)}`, { cause });
  }
}
