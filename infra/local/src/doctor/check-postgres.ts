import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { OWNERS } from '../owner-schemas.js';
import type { ReachedStores } from '../reach-stores.js';
import { projectRoot } from '../settings.js';
import { bad, type Check, type Finding, ok, warn } from './finding.js';

const OLDEST = 140_000;

/** Version, character type, connections; then each schema's migrations, partitions and era. */
export const checkPostgres: Check<ReachedStores> = async ({ sql }) => {
  const { rows } = await sql.query<{ version: string; number: number; folded: string; max: number; used: number }>(
    `SELECT current_setting('server_version') AS version, current_setting('server_version_num')::int AS number, lower('ÄÖ') AS folded,
            current_setting('max_connections')::int AS max, (SELECT count(*)::int FROM pg_stat_activity) AS used`,
  );
  const { version = '', number = 0, folded, max = 0, used = 0 } = rows[0] ?? {};
  const findings = [
    number >= OLDEST ? ok('Postgres', `answers, version ${version}`) : bad('Postgres', `is ${version}: install 14 or newer`),
    folded === 'äö'
      ? ok('Postgres characters', 'UTF-8')
      : warn('Postgres characters', 'no UTF-8 character type: searching and sorting only work for English letters'),
    used < max * 0.8
      ? ok('Postgres connections', `${used} of ${max}`)
      : warn('Postgres connections', `${used} of ${max} are in use: raise max_connections or lower DATABASE_POOL`),
  ];
  for (const schema of OWNERS) findings.push(await checkMigrations(sql, schema));
  return [...findings, await checkAgreement(sql)];
};

async function checkMigrations(sql: ReachedStores['sql'], schema: string): Promise<Finding> {
  const name = `Migrations of ${schema}`;
  const table = await sql.query<{ there: boolean }>('SELECT to_regclass($1) IS NOT NULL AS there', [
    `${schema}._prisma_migrations`,
  ]);
  if (!table.rows[0]?.there) return warn(name, 'none: the service has never started on this database');
  const { rows } = await sql.query<{ migration: string; finished: boolean }>(
    `SELECT migration_name AS migration, finished_at IS NOT NULL AS finished FROM ${schema}._prisma_migrations WHERE rolled_back_at IS NULL`,
  );
  const failed = rows.find(({ finished }) => !finished);
  if (failed) return bad(name, `${failed.migration} failed: repair its cause, then "prisma migrate resolve" it`);
  const folder = join(projectRoot, 'services', schema, 'prisma/migrations');
  const known = readdirSync(folder).filter((entry) => existsSync(join(folder, entry, 'migration.sql')));
  const newer = rows.find(({ migration }) => !known.includes(migration));
  if (newer) return bad(name, `the database is newer than this Brook (${newer.migration}): start the newer version`);
  const pending = known.filter((migration) => !rows.some((row) => row.migration === migration));
  return pending.length > 0
    ? warn(name, `${pending.join(', ')} not applied yet: the next start of the service applies them`)
    : ok(name, `all ${rows.length} applied`);
}

async function checkAgreement(sql: ReachedStores['sql']): Promise<Finding> {
  const { rows } = await sql.query<{ partitions: number[]; eras: string[] }>(
    `SELECT array_agg(DISTINCT partitions) AS partitions, array_agg(DISTINCT era::text) AS eras FROM (
       ${OWNERS.map((schema) => `SELECT partitions, era FROM ${schema}.meta`).join(' UNION ALL ')}) m`,
  );
  const { partitions } = rows[0] ?? {};
  if (!partitions) return warn('Partitions', 'not set up yet: start Brook once');
  return partitions.length === 1
    ? ok('Partitions', `${partitions[0]}, in all schemas`)
    : bad('Partitions', `the schemas disagree (${partitions.join(', ')}): they are not of one Brook; restore a backup`);
}
