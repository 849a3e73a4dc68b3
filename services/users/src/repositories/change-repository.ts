import type { AnyChange, UsersChanges } from '@brook/common/contracts';
import type { PrismaClient } from '../generated/prisma/client.js';

/** A numbered change of this service. */
type UsersChange = AnyChange<UsersChanges>;

/** A page of the feed. */
export interface ChangesPage {
  changes: UsersChange[];
  /** Number of the partition's newest change, 0 without any. */
  head: number;
}

/** Reads the numbered feed that other services heal themselves from. */
export class ChangeRepository {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  /** Up to `limit` changes of the partition above `after`, by number. */
  async page(partition: number, after: number, limit: number): Promise<ChangesPage> {
    const [rows, counter] = await this.#prisma.$transaction([
      this.#prisma.change.findMany({ where: { partition, n: { gt: after } }, orderBy: { n: 'asc' }, take: limit }),
      this.#prisma.changeCounter.findUnique({ where: { partition } }),
    ]);
    const changes = rows.map(({ n, type, key, data }) => ({ n: Number(n), type, key, data }) as unknown as UsersChange);
    return { changes, head: Number(counter?.n ?? 0) };
  }

  /** Number of the newest change of every partition, by partition. */
  async heads(partitions: number): Promise<Record<string, number>> {
    const heads: Record<string, number> = {};
    for (let partition = 0; partition < partitions; partition++) heads[partition] = 0;
    for (const { partition, n } of await this.#prisma.changeCounter.findMany()) heads[partition] = Number(n);
    return heads;
  }

  /** Ids above `after` of people whose profile changed since `since`, in order. */
  async updatedUserIds(since: Date, after: string, limit: number): Promise<string[]> {
    const rows = await this.#prisma.$queryRaw<{ key: string }[]>`
      SELECT DISTINCT key FROM changes
      WHERE type = 'user.updated' AND created_at >= ${since} AND key > ${after} ORDER BY key LIMIT ${limit}::int`;
    return rows.map(({ key }) => key);
  }
}
