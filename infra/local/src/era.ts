import { randomUUID } from 'node:crypto';
import { OWNERS, readPartitions } from './owner-schemas.js';
import type { ReachedStores } from './reach-stores.js';
import { removePartitionKeys } from './partition-keys.js';

/*
 * A restored database has given numbers away before. Its era is the only thing that tells clients, gateways and services
 * that what they remember belongs to a time that never was:
 *
 *   Postgres   the era of the three schemas, in one transaction
 *   Redis      caches and read models of all partitions go, since their versions may be above the database's own;
 *              commands, events and dead letters stay
 *
 * Interrupted between the two, it may be run again; a life more costs every client one snapshot.
 */

/** The era of each schema. @throws StartupError when the database was never set up */
export async function readEras({ sql }: Pick<ReachedStores, 'sql'>): Promise<Record<string, string>> {
  await readPartitions(sql);
  const eras: Record<string, string> = {};
  for (const schema of OWNERS) {
    const { rows } = await sql.query<{ era: string }>(`SELECT era::text FROM ${schema}.meta`);
    eras[schema] = rows[0]?.era ?? '';
  }
  return eras;
}

/**
 * Begins another life of the database; services that run on it start over within seconds.
 * @returns the new era
 * @throws StartupError when the database was never set up; then nothing was changed
 */
export async function rotateEra(stores: ReachedStores): Promise<string> {
  const { sql, redis } = stores;
  const partitions = await readPartitions(sql);
  const era = randomUUID();
  await sql.query('BEGIN');
  try {
    for (const schema of OWNERS) await sql.query(`UPDATE ${schema}.meta SET era = $1`, [era]);
    await sql.query('COMMIT');
  } catch (error) {
    await sql.query('ROLLBACK');
    throw error;
  }
  await removePartitionKeys(redis, partitions, { streams: false });
  return era;
}
