import { PrismaPg } from '@prisma/adapter-pg';
import pg from 'pg';

/** A statement is given up after this; so is a transaction that idles, so that a paused process cannot hold locks. */
const STATEMENT_TIMEOUT_MS = 5_000;
const IDLE_IN_TRANSACTION_MS = 2_000;

/** Is shown the pool of connections, which tells how busy it is. */
export type WatchPool = (pool: pg.Pool) => void;

/**
 * The Prisma driver adapter of one service: its own schema first on the search path, bounded statements and idle
 * transactions, TCP keep-alive, at most `max` connections. `prepared`: SQL of statements that each connection prepares
 * once, with their names. A pooler in front (PgBouncer) must pass `options` on or run in session mode.
 */
export function postgresAdapter(
  databaseUrl: string,
  schema: string,
  max: number,
  watch?: WatchPool,
  prepared: ReadonlyMap<string, string> = new Map(),
): PrismaPg {
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
  // Without a name a statement is prepared for the one call, which is what an empty one stands for.
  const statementNameGenerator = ({ sql }: { sql: string }) => prepared.get(sql) ?? '';
  return new PrismaPg(pool, { schema, disposeExternalPool: true, statementNameGenerator });
}
