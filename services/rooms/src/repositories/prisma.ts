import { openPool, postgresAdapter, type WatchPool } from '@brook/common/database';
import { PrismaClient } from '../generated/prisma/client.js';

/** The service's own Postgres schema. */
export const SCHEMA = 'rooms';

/** The service's pool. */
export type Database = PrismaClient;

/** A client, or one of its transactions. */
export type Db = Omit<PrismaClient, '$connect' | '$disconnect' | '$on' | '$use' | '$extends' | '$transaction'>;

/** A full batch of commands must fit; single statements have a shorter bound of their own. */
const TRANSACTION_TIMEOUT_MS = 9_000;
const TRANSACTION_WAIT_MS = 4_000;

/** Opens the service's pool of `pool` connections. */
export const createPrisma = (databaseUrl: string, pool: number, watch?: WatchPool): PrismaClient =>
  new PrismaClient({
    adapter: postgresAdapter(openPool(databaseUrl, SCHEMA, pool, watch), SCHEMA),
    errorFormat: 'minimal',
    transactionOptions: { timeout: TRANSACTION_TIMEOUT_MS, maxWait: TRANSACTION_WAIT_MS },
  });
