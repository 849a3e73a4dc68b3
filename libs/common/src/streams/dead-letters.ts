import type { ServiceName } from '../contracts/index.js';
import { keys } from '../contracts/index.js';
import type { SqlRunner } from '../database/index.js';
import type { RedisClient } from '../redis/index.js';
import { type RawEntry, toFlat } from './entries.js';
import { commonScript } from './script.js';

const buryScript = commonScript('bury');
/** More than a batch of commands that are all given up on. */
const LOOK_BACK = 1_000;

/** Attempts after which a command is given up on. */
export const MAX_ATTEMPTS = 5;

/**
 * Counts how often a command could not be executed, in the table `attempts(entry_id, partition, count, error)` of the
 * service's schema, so that the count survives a crash that the command itself may cause.
 */
export class AttemptCounter {
  readonly #sql: SqlRunner;

  constructor(sql: SqlRunner) {
    this.#sql = sql;
  }

  /** @returns attempts so far, this one included */
  async count(partition: number, entryId: string, error: string): Promise<number> {
    const rows = await this.#sql.$queryRawUnsafe<{ count: number }[]>(
      `INSERT INTO attempts (partition, entry_id, count, error) VALUES ($1::int, $2, 1, $3)
       ON CONFLICT (partition, entry_id) DO UPDATE SET count = attempts.count + 1, error = EXCLUDED.error RETURNING count`,
      partition,
      entryId,
      error.slice(0, 2_000),
    );
    return rows[0]?.count ?? MAX_ATTEMPTS;
  }

  async forget(partition: number, entryId: string): Promise<void> {
    await this.#sql.$executeRawUnsafe('DELETE FROM attempts WHERE partition = $1::int AND entry_id = $2', partition, entryId);
  }
}

/**
 * Copies a command to its partition's dead-letter stream, whole, with the reason. The command leaves its own stream when
 * its refusal is published: after a crash between the two it is met again, and is found to be buried already.
 */
export async function bury(
  client: RedisClient,
  service: ServiceName,
  partition: number,
  [id, flat]: RawEntry,
  error: string,
): Promise<void> {
  const letter = { entry: id, error: error.slice(0, 2_000), fields: JSON.stringify(flat) };
  await buryScript.run(client, [keys.deadLetters(service, partition)], [id, LOOK_BACK, ...toFlat(letter)]);
}
