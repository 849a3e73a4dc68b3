import { postgresAdapter, type WatchPool } from '@brook/common/database';
import { PrismaClient } from '../generated/prisma/client.js';
import { APPEND } from './append-statement.js';

export type Prisma = PrismaClient;

/** Opens the service's own schema by a pool of `pool` connections. */
export const openPrisma = (databaseUrl: string, pool: number, watch?: WatchPool): Prisma =>
  new PrismaClient({ adapter: postgresAdapter(databaseUrl, 'messages', pool, watch, new Map([[APPEND, 'append']])) });
