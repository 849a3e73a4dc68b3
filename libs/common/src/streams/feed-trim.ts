import type { SqlRunner } from '../database/index.js';

/** Milliseconds for which a feed keeps every change. Whoever was away for longer is told so. */
export const KEEP_CHANGES_MS = 7 * 24 * 3_600_000;

/** Rows of one statement, so that none runs long. */
const BATCH = 1_000;

export interface FeedTrimOptions {
  partitions: number;
  /** Younger changes all stay. */
  before: Date;
  /** Types of changes that stay for ever, e.g. since a reader from the beginning needs them. */
  kept?: readonly string[];
  /** Types of which, by key and person (`data.userId`) and taken together, the newest stays. */
  newest?: readonly string[];
}

/**
 * Trims a feed: removes old changes that no longer matter, from the beginning of each partition up to the first younger one, and
 * notes how far (`change_counters.trimmed`). What stays brings a reader from any place to the present state of the `kept` and
 * `newest` types; of everything else a reader from below `trimmed` knows that it missed some. The newest change of a partition
 * always stays. Any number of replicas may trim at once.
 */
export async function trimFeed(sql: SqlRunner, { partitions, before, kept = [], newest = [] }: FeedTrimOptions): Promise<void> {
  for (let partition = 0; partition < partitions; partition++) {
    let looked: number;
    do {
      const rows = await sql.$queryRawUnsafe<{ looked: bigint }[]>(TRIM, partition, before, BATCH, kept, newest);
      looked = Number(rows[0]?.looked ?? 0);
    } while (looked === BATCH);
  }
}

/** The changes of one batch are those in `(trimmed, cut]`. A change is superseded by a newer one in it, wherever it stands itself. */
const TRIM = `
WITH place AS (SELECT n AS head, trimmed FROM change_counters WHERE partition = $1::int),
next AS (
  SELECT c.n, c.type, c.key, c.data->>'userId' AS person, c.created_at FROM changes c, place
  WHERE c.partition = $1::int AND c.n > place.trimmed AND c.n < place.head ORDER BY c.n LIMIT $3::int),
old AS (
  SELECT * FROM next WHERE n < coalesce((SELECT min(n) FROM next WHERE created_at >= $2::timestamptz), 9223372036854775807)),
gone AS (
  DELETE FROM changes c USING old
  WHERE c.partition = $1::int AND c.n = old.n AND NOT c.type = ANY ($4::text[] || $5::text[])),
superseded AS (
  DELETE FROM changes c USING old
  WHERE old.type = ANY ($5::text[]) AND c.partition = $1::int AND c.type = ANY ($5::text[]) AND c.key = old.key
    AND c.data->>'userId' = old.person AND c.n < old.n),
cut AS (SELECT max(n) AS n, count(*) AS looked FROM old)
UPDATE change_counters SET trimmed = greatest(trimmed, cut.n) FROM cut
WHERE partition = $1::int AND cut.n IS NOT NULL RETURNING cut.looked`;
