import { randomUUID } from 'node:crypto';
import type { MetaStore } from '@brook/common/database';
import type { PrismaClient } from '../generated/prisma/client.js';

/** The one row that says what this database was set up with. */
export class MetaRepository implements MetaStore {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  /** Inserts `{partitions, a new era}` unless a row stands; answers with the row that does. */
  async claim(partitions: number): Promise<{ partitions: number; era: string }> {
    await this.#prisma.meta.createMany({ data: [{ id: 1, partitions, era: randomUUID() }], skipDuplicates: true });
    return this.#prisma.meta.findUniqueOrThrow({ where: { id: 1 }, select: { partitions: true, era: true } });
  }

  /** @throws while Postgres cannot be reached */
  async ping(): Promise<void> {
    await this.#prisma.$queryRaw`SELECT 1`;
  }
}
