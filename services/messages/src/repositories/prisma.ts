import { postgresAdapter } from '@brook/common/database';
import { PrismaClient } from '../generated/prisma/client.js';

export type Prisma = PrismaClient;

/** Opens the service's own schema. */
export const openPrisma = (databaseUrl: string, pool: number): Prisma =>
  new PrismaClient({ adapter: postgresAdapter(databaseUrl, 'messages', pool) });
