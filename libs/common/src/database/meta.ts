import { ConfigError } from '../config/index.js';
import type { Logger } from '../logging/index.js';
import type { SqlRunner } from './sql-runner.js';

/** What a service's database was set up with: the one-row table `meta(id, partitions, era)` of its schema. */
export interface Meta {
  partitions: number;
  /** UUID of this database's life: rotated when it is restored from a backup. */
  era: string;
}

const ERA_LOOK_MS = 5_000;

/**
 * Fixes the number of partitions at first boot and checks it at every other: a stream or a row written under another
 * number would be looked for in the wrong place.
 * @throws ConfigError when the process is configured for another number
 */
export async function claimMeta(sql: SqlRunner, configured: number): Promise<Meta> {
  await sql.$executeRawUnsafe(
    'INSERT INTO meta (id, partitions, era) VALUES (1, $1::int, gen_random_uuid()) ON CONFLICT DO NOTHING',
    configured,
  );
  const stored = await readMeta(sql);
  if (stored.partitions !== configured)
    throw new ConfigError(
      `PARTITIONS: this database was set up with ${stored.partitions} partitions, but ${configured} are configured`,
    );
  return stored;
}

/** @throws while Postgres cannot be reached */
export async function readMeta(sql: SqlRunner): Promise<Meta> {
  const rows = await sql.$queryRawUnsafe<Meta[]>('SELECT partitions, era::text FROM meta WHERE id = 1');
  if (!rows[0]) throw new Error('the table meta is empty');
  return rows[0];
}

/**
 * Looks every 5 s whether the database began another life. Whatever a process remembers of the former one (cursors,
 * recent sends, leases) is void then; the simplest way to forget all of it is to start over, so `onChange` should stop
 * the process.
 * @returns stops the watch
 */
export function watchEra(sql: SqlRunner, era: string, onChange: () => void, logger: Logger): () => void {
  const timer = setInterval(() => {
    readMeta(sql).then(
      (meta) => {
        if (meta.era === era) return;
        clearInterval(timer);
        onChange();
      },
      (err: unknown) => logger.debug({ err }, 'could not read the era'),
    );
  }, ERA_LOOK_MS);
  return () => clearInterval(timer);
}
