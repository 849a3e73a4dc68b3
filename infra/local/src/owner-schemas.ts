import type { ServiceName } from '@brook/common/contracts';
import { StartupError } from '@brook/common/embedded';
import type pg from 'pg';

/** Services that own a schema of that name, and command streams. */
export const OWNERS = ['messages', 'rooms', 'users'] as const satisfies readonly ServiceName[];

/**
 * P, as all three schemas say.
 * @throws StartupError when the database was never set up, or the schemas disagree
 */
export async function readPartitions(sql: pg.Client): Promise<number> {
  const found = new Set<number>();
  for (const schema of OWNERS) {
    const { rows } = await sql.query<{ name: string | null }>('SELECT to_regclass($1) AS name', [`${schema}.meta`]);
    if (!rows[0]?.name) throw new StartupError(`The database has no schema ${schema} of Brook: start Brook on it once.`);
    const meta = await sql.query<{ partitions: number }>(`SELECT partitions FROM ${schema}.meta`);
    if (meta.rows[0]) found.add(meta.rows[0].partitions);
  }
  const [partitions] = found;
  if (partitions === undefined || found.size > 1)
    throw new StartupError(
      `The three schemas of the database disagree on the number of partitions (${[...found].join(', ') || 'none'}).`,
    );
  return partitions;
}
