import { setTimeout as delay } from 'node:timers/promises';
import { keys, MAX_PARTITIONS } from '@brook/common/contracts';
import { MIGRATION_LOCK } from '@brook/common/database';
import { StartupError } from '@brook/common/embedded';
import type pg from 'pg';
import { OWNERS, readPartitions } from './owner-schemas.js';
import { nodesOf, removePartitionKeys } from './partition-keys.js';
import type { ReachedStores } from './reach-stores.js';

/*
 * Another number of partitions puts rooms and people elsewhere: other streams, other caches, other feeds. So it changes
 * while nothing runs and nothing waits:
 *
 *   refuse     while a process is connected or a lease beats, a command or dead letter waits, the messages service has not
 *              seen every change of the rooms service, or a deleted room is not purged: all that lies in partitions
 *   Postgres   in one transaction: P; no leases, replicas, attempts and changes any more; the feeds' counters, and the
 *              cursor of the messages service, begin in every partition above the highest number that was ever given, so
 *              that no version in a cache or a stored result can look newer than what comes; another era, so that every
 *              client and gateway drops its cursors
 *   Redis      streams and caches of all partitions go
 *
 * Interrupted before the COMMIT nothing was changed; after it, the numbers stay right though old caches are left.
 */

/** Longer than an owner takes between two beats. */
const WATCH_MS = 3_000;

/**
 * Changes P. No effect when it is that already.
 * @returns the number it was
 * @throws StartupError when the number is no good, or while something runs or waits; then nothing was changed
 */
export async function changePartitions(stores: ReachedStores, wanted: number): Promise<number> {
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > MAX_PARTITIONS)
    throw new StartupError(`The number of partitions must be from 1 to ${MAX_PARTITIONS}.`);
  const { sql } = stores;
  const before = await readPartitions(sql);
  const { rows } = await sql.query<{ locked: boolean }>('SELECT pg_try_advisory_lock($1) AS locked', [MIGRATION_LOCK]);
  if (!rows[0]?.locked) throw new StartupError('A service is starting on this database: stop everything and try again.');
  try {
    await assertStopped(stores);
    await assertDrained(stores, before);
    if (wanted === before) return before;
    await rewrite(sql, wanted);
    await removePartitionKeys(stores.redis, MAX_PARTITIONS, { streams: true });
    return before;
  } finally {
    await sql.query('SELECT pg_advisory_unlock($1)', [MIGRATION_LOCK]);
  }
}

async function assertStopped({ redis, sql }: ReachedStores): Promise<void> {
  const { rows } = await sql.query<{ application_name: string }>(
    `SELECT DISTINCT application_name FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name LIKE 'brook-%' ORDER BY 1`,
  );
  if (rows[0]) throw stillRunning(`a service is connected to the database as ${rows[0].application_name}`);
  // A gateway may listen at any node of a Cluster, replicas included.
  for (const node of nodesOf(redis, 'all')) {
    const [, listeners] = (await node.pubsub('NUMSUB', keys.signals)) as [string, number];
    if (listeners > 0) throw stillRunning('a gateway is connected to Redis');
  }
  const seen = await readBeats(sql);
  if (seen === '') return;
  await delay(WATCH_MS);
  if ((await readBeats(sql)) !== seen) throw stillRunning('a lease is kept alive');
}

const stillRunning = (fact: string) => new StartupError(`Brook is still running (${fact}): stop every service and try again.`);

/** What living replicas change every second or so; empty when nobody left anything. */
async function readBeats(sql: pg.Client): Promise<string> {
  let beats = '';
  for (const schema of OWNERS) {
    const { rows } = await sql.query<{ beats: string }>(
      `SELECT coalesce((SELECT string_agg(id || ':' || beat, ',' ORDER BY id) FROM ${schema}.replicas), '')
           || coalesce((SELECT string_agg(owner || ':' || epoch || ':' || beat, ',' ORDER BY partition)
                        FROM ${schema}.leases WHERE owner <> ''), '') AS beats`,
    );
    beats += rows[0]?.beats ?? '';
  }
  return beats;
}

async function assertDrained({ redis, sql }: ReachedStores, partitions: number): Promise<void> {
  for (const service of OWNERS) {
    for (let partition = 0; partition < partitions; partition++) {
      const commands = await redis.xlen(keys.commands(service, partition));
      if (commands > 0) throw startAgain(`${commands} commands of the ${service} service are not finished`);
      const letters = await redis.xlen(keys.deadLetters(service, partition));
      if (letters > 0)
        throw new StartupError(`The ${service} service has ${letters} dead letters: replay or drop them first (brook dlq).`);
    }
  }
  const { rows } = await sql.query<{ unseen: string; unpurged: string }>(
    `SELECT (SELECT count(*) FROM rooms.change_counters c LEFT JOIN messages.feed_cursors f
               ON f.feed = 'rooms' AND f.partition = c.partition WHERE c.n > coalesce(f.n, 0)) AS unseen,
            (SELECT count(*) FROM rooms.changes WHERE type = 'room.deleted' AND NOT data ? 'purged') AS unpurged`,
  );
  if (Number(rows[0]?.unseen) > 0) throw startAgain('the messages service has not seen every change of the rooms service');
  if (Number(rows[0]?.unpurged) > 0) throw startAgain('deleted rooms are not purged yet');
}

const startAgain = (fact: string) =>
  new StartupError(`Something is left to do (${fact}): start Brook, wait half a minute, stop it and try again.`);

async function rewrite(sql: pg.Client, partitions: number): Promise<void> {
  await sql.query('BEGIN');
  try {
    for (const schema of OWNERS) {
      for (const table of ['leases', 'replicas', 'attempts']) await sql.query(`DELETE FROM ${schema}.${table}`);
      await sql.query(`UPDATE ${schema}.meta SET partitions = $1, era = gen_random_uuid()`, [partitions]);
    }
    const rooms = await restartFeed(sql, 'rooms', partitions);
    await restartFeed(sql, 'users', partitions);
    await sql.query(`DELETE FROM messages.feed_cursors WHERE feed = 'rooms'`);
    await sql.query(
      `INSERT INTO messages.feed_cursors (feed, partition, n) SELECT 'rooms', p, $2::bigint FROM generate_series(0, $1::int - 1) p`,
      [partitions, rooms],
    );
    await sql.query('COMMIT');
  } catch (error) {
    await sql.query('ROLLBACK');
    throw error;
  }
}

/** Empties a feed and lets it go on above its highest number, in every partition. @returns that number */
async function restartFeed(sql: pg.Client, schema: 'rooms' | 'users', partitions: number): Promise<string> {
  const { rows } = await sql.query<{ top: string }>(`SELECT coalesce(max(n), 0) AS top FROM ${schema}.change_counters`);
  const top = rows[0]?.top ?? '0';
  await sql.query(`TRUNCATE ${schema}.changes, ${schema}.change_counters`);
  await sql.query(
    `INSERT INTO ${schema}.change_counters (partition, n) SELECT p, $2::bigint FROM generate_series(0, $1::int - 1) p`,
    [partitions, top],
  );
  return top;
}
