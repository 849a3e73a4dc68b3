import type { AnyChange, UsersChanges } from '@brook/common/contracts';
import { trimFeed } from '@brook/common/streams';
import type { PrismaClient } from '../generated/prisma/client.js';

/** A numbered change of this service. */
type UsersChange = AnyChange<UsersChanges>;

/** A page of the feed. */
export interface ChangesPage {
  changes: UsersChange[];
  /** Number of the partition's newest change, 0 without any. */
  head: number;
  /** Whoever reads on from below this number has missed changes for good. */
  trimmed: number;
}

/** Reads the numbered feed that other services heal themselves from. */
export class ChangeRepository {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  /** Up to `limit` changes of the partition above `after`, by number. */
  async page(partition: number, after: number, limit: number): Promise<ChangesPage> {
    // In this order: what is trimmed between the two is told.
    const [rows, counter] = await this.#prisma.$transaction([
      this.#prisma.change.findMany({ where: { partition, n: { gt: after } }, orderBy: { n: 'asc' }, take: limit }),
      this.#prisma.changeCounter.findUnique({ where: { partition } }),
    ]);
    const changes = rows.map(({ n, type, key, data }) => ({ n: Number(n), type, key, data }) as unknown as UsersChange);
    return { changes, head: Number(counter?.n ?? 0), trimmed: Number(counter?.trimmed ?? 0) };
  }

  /** Removes changes from before `before`: nobody builds anything from the beginning of this feed. */
  async trim(partitions: number, before: Date): Promise<void> {
    await trimFeed(this.#prisma, { partitions, before });
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
