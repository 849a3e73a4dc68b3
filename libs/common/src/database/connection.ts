import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';

/** A statement is given up after this; so is a transaction that idles, so that a paused process cannot hold locks. */
const STATEMENT_TIMEOUT_MS = 5_000;
const IDLE_IN_TRANSACTION_MS = 2_000;

/** Is shown the pool of connections, which tells how busy it is. */
export type WatchPool = (pool: pg.Pool) => void;

/** Connections of one service to its own schema. */
export type Pool = pg.Pool;

/**
 * At most `max` connections with the service's own schema first on the search path, bounded statements and idle
 * transactions, and TCP keep-alive. A pooler in front (PgBouncer) must pass `options` on or run in session mode.
 */
export function openPool(databaseUrl: string, schema: string, max: number, watch?: WatchPool): Pool {
  const options = `-c search_path=${schema} -c statement_timeout=${STATEMENT_TIMEOUT_MS} -c idle_in_transaction_session_timeout=${IDLE_IN_TRANSACTION_MS}`;
  const pool = new pg.Pool({
    connectionString: databaseUrl,
    max,
    options,
    connectionTimeoutMillis: 5_000,
    keepAlive: true,
    application_name: `brook-${schema}`,
  });
  watch?.(pool);
  return pool;
}

/** Prisma's driver adapter on a pool, which ends when Prisma disconnects. */
export const postgresAdapter = (pool: Pool, schema: string): PrismaPg =>
  new PrismaPg(pool, { schema, disposeExternalPool: true });
