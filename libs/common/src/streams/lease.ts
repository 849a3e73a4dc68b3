import type { SqlRunner } from '../database/index.js';

/** What the lease table says of one partition. `owner` is empty when released; `epoch` rises with every take-over. */
export interface LeaseRow {
  partition: number;
  owner: string;
  epoch: number;
  beat: number;
}

/** The right to work on a partition: every write checks `(owner, epoch)` in its own statement. */
export interface HeldLease {
  readonly partition: number;
  readonly owner: string;
  readonly epoch: number;
}

/** A write was refused because the partition has another owner by now; the loser stops at once and touches nothing. */
export class FencedError extends Error {
  override readonly name = 'FencedError';

  constructor(lease: HeldLease) {
    super(`partition ${lease.partition} is no longer held under epoch ${lease.epoch}`);
  }
}

/** Both tables at a glance. */
export interface Look {
  leases: LeaseRow[];
  /** Epochs of the partitions that the owner still holds, for certain. */
  held: Map<number, number>;
  /** Every replica's beat. */
  replicas: Map<string, number>;
}

interface BeatRow {
  /** Null in the rows of replicas, whose id is `owner`. */
  partition: number | null;
  owner: string;
  epoch: bigint | null;
  beat: bigint;
  own: boolean;
}

const BEAT = `
  WITH own AS (
    UPDATE leases SET beat = beat + 1 WHERE owner = $1 RETURNING partition, owner, epoch, beat
  ), self AS (
    INSERT INTO replicas (id, beat) VALUES ($1, 1) ON CONFLICT (id) DO UPDATE SET beat = replicas.beat + 1 RETURNING id, beat
  )
  SELECT partition, owner, epoch, beat, true AS own FROM own
  UNION ALL SELECT partition, owner, epoch, beat, false FROM leases WHERE partition NOT IN (SELECT partition FROM own)
  UNION ALL SELECT NULL, id, NULL, beat, true FROM self
  UNION ALL SELECT NULL, id, NULL, beat, false FROM replicas WHERE id <> $1
  ORDER BY partition`;

/** SQLSTATE that `messages.append` and `assertHeld` raise for a lost lease. */
export const FENCED_SQLSTATE = 'BR001';

/**
 * The lease table of a service's own schema: `leases(partition, owner, epoch, beat)` and `replicas(id, beat)`.
 * No clocks are stored or compared: a challenger watches `beat` by its own monotonic clock.
 */
export class LeaseStore {
  readonly #sql: SqlRunner;

  constructor(sql: SqlRunner) {
    this.#sql = sql;
  }

  /** Makes a free row for every partition that has none. */
  async prepare(partitions: number): Promise<void> {
    await this.#sql.$executeRawUnsafe(
      `INSERT INTO leases (partition, owner, epoch, beat) SELECT p, '', 0, 0 FROM generate_series(0, $1::int - 1) p ON CONFLICT DO NOTHING`,
      partitions,
    );
  }

  async list(): Promise<LeaseRow[]> {
    const rows = await this.#sql.$queryRawUnsafe<{ partition: number; owner: string; epoch: bigint; beat: bigint }[]>(
      'SELECT partition, owner, epoch, beat FROM leases ORDER BY partition',
    );
    return rows.map((row) => ({ ...row, epoch: Number(row.epoch), beat: Number(row.beat) }));
  }

  /** Takes a partition over if it still stands as seen. @returns the lease, or null when another was faster */
  async take(seen: LeaseRow, owner: string): Promise<HeldLease | null> {
    const rows = await this.#sql.$queryRawUnsafe<{ epoch: bigint }[]>(
      `UPDATE leases SET owner = $2, epoch = epoch + 1, beat = beat + 1
       WHERE partition = $1::int AND epoch = $3::bigint AND beat = $4::bigint RETURNING epoch`,
      seen.partition,
      owner,
      seen.epoch,
      seen.beat,
    );
    const row = rows[0];
    return row ? { partition: seen.partition, owner, epoch: Number(row.epoch) } : null;
  }

  /**
   * Raises the beat of everything this owner holds and of the replica itself, and looks around, in one statement: what
   * every replica does for as long as it lives should cost little. `id` is the owner's and the replica's.
   */
  async beat(id: string): Promise<Look> {
    const rows = await this.#sql.$queryRawUnsafe<BeatRow[]>(BEAT, id);
    const look: Look = { leases: [], held: new Map(), replicas: new Map() };
    for (const row of rows) {
      const [epoch, beat] = [Number(row.epoch), Number(row.beat)];
      if (row.partition === null) {
        look.replicas.set(row.owner, beat);
        continue;
      }
      look.leases.push({ partition: row.partition, owner: row.owner, epoch, beat });
      if (row.own) look.held.set(row.partition, epoch);
    }
    return look;
  }

  /** Gives a partition up, so that a successor need not wait. No effect when it is held by another by now. */
  async release(lease: HeldLease): Promise<void> {
    await this.#sql.$executeRawUnsafe(
      `UPDATE leases SET owner = '', beat = beat + 1 WHERE partition = $1::int AND owner = $2 AND epoch = $3::bigint`,
      lease.partition,
      lease.owner,
      lease.epoch,
    );
  }

  async forget(ids: string[]): Promise<void> {
    if (ids.length > 0) await this.#sql.$executeRawUnsafe('DELETE FROM replicas WHERE id = ANY($1::text[])', ids);
  }
}

/**
 * Locks the lease row against a take-over until the transaction ends.
 * @throws FencedError when the lease is lost
 */
export async function assertHeld(tx: SqlRunner, lease: HeldLease): Promise<void> {
  const rows = await tx.$queryRawUnsafe<unknown[]>(
    'SELECT 1 FROM leases WHERE partition = $1::int AND owner = $2 AND epoch = $3::bigint FOR SHARE',
    lease.partition,
    lease.owner,
    lease.epoch,
  );
  if (rows.length === 0) throw new FencedError(lease);
}
