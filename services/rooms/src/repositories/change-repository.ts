import type { AnyChange, RoomsChanges } from '@brook/common/contracts';
import { trimFeed } from '@brook/common/streams';
import type { PrismaClient } from '../generated/prisma/client.js';

/** A numbered change of this service. */
export type RoomsChange = AnyChange<RoomsChanges>;

/** A page of the feed. */
export interface ChangesPage {
  changes: RoomsChange[];
  /** Whoever reads on from below this number has missed changes for good. */
  trimmed: number;
}

/** What the messages service projects: a reader from the beginning learns all of it. */
const DELETIONS = ['room.deleted'];
const BANS = ['ban.added', 'ban.removed'];

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
    const changes = rows.map(({ n, type, key, data }) => ({ n: Number(n), type, key, data }) as unknown as RoomsChange);
    return { changes, trimmed: Number(counter?.trimmed ?? 0) };
  }

  /** Removes changes from before `before`, but tombstones of rooms and who is banned. */
  async trim(partitions: number, before: Date): Promise<void> {
    await trimFeed(this.#prisma, { partitions, before, kept: DELETIONS, newest: BANS });
  }

  /** Number of the newest change of every partition, 0 where there is none. */
  async heads(partitions: number): Promise<Record<string, number>> {
    const heads: Record<string, number> = {};
    for (let partition = 0; partition < partitions; partition++) heads[partition] = 0;
    for (const { partition, n } of await this.#prisma.changeCounter.findMany()) heads[partition] = Number(n);
    return heads;
  }

  /** Ids of the partition's rooms, but purged ones, that changed since `since`, with the number of the partition's newest change. */
  async changedSince(partition: number, since: Date): Promise<{ n: number; roomIds: string[] }> {
    const [row] = await this.#prisma.$queryRaw<{ n: bigint | null; keys: string[] | null }[]>`
      SELECT (SELECT n FROM change_counters WHERE partition = ${partition}::int) AS n,
             (SELECT array_agg(DISTINCT key) FROM changes
              WHERE partition = ${partition}::int AND created_at >= ${since}::timestamptz AND NOT data ? 'purged') AS keys`;
    return { n: Number(row?.n ?? 0), roomIds: row?.keys ?? [] };
  }

  /** Removes up to `limit` command results from before `before`. @returns how many */
  async forgetResults(before: Date, limit: number): Promise<number> {
    return this.#prisma.$executeRaw`
      DELETE FROM command_results WHERE ctid IN
        (SELECT ctid FROM command_results WHERE created_at < ${before}::timestamptz LIMIT ${limit}::int)`;
  }
}
