import { openPool, postgresAdapter, type WatchPool } from '@brook/common/database';
import { PrismaClient } from '../generated/prisma/client.js';

/** The service's own Postgres schema. */
export const SCHEMA = 'users';

/** The service's pool; only repositories ask it anything. */
export type Database = PrismaClient;

/** A client, or one of its transactions. */
export type Db = Omit<PrismaClient, '$connect' | '$disconnect' | '$on' | '$use' | '$extends' | '$transaction'>;

/** Opens the service's pool of `pool` connections. Errors name no values: they may hold hashes. */
export const createPrisma = (databaseUrl: string, pool: number, watch?: WatchPool): Database =>
  new PrismaClient({ adapter: postgresAdapter(openPool(databaseUrl, SCHEMA, pool, watch), SCHEMA), errorFormat: 'minimal' });

/** Whether a write failed because something that has to be unique is there already. */
export const isDuplicate = (err: unknown): boolean => (err as { code?: string } | null)?.code === 'P2002';

/** Whether a write failed because the value of this unique column is taken. */
export const isTaken = (err: unknown, column: string): boolean =>
  isDuplicate(err) && JSON.stringify((err as { meta?: unknown }).meta ?? {}).includes(column);
