import { openPool, type Pool, postgresAdapter, type WatchPool } from '@brook/common/database';
import { PrismaClient } from '../generated/prisma/client.js';

const SCHEMA = 'messages';

export type Prisma = PrismaClient;

/** The service's own schema. `pool` is Prisma's; the one statement that every message waits for goes to it directly. */
export interface Database {
  prisma: Prisma;
  pool: Pool;
}

/** Opens at most `connections` connections; they end with `prisma.$disconnect()`. */
export function openDatabase(databaseUrl: string, connections: number, watch?: WatchPool): Database {
  const pool = openPool(databaseUrl, SCHEMA, connections, watch);
  return { prisma: new PrismaClient({ adapter: postgresAdapter(pool, SCHEMA) }), pool };
}
