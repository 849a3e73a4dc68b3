import type { LastMessage } from '@brook/common/contracts';
import { FencedError, type HeldLease } from '@brook/common/streams';
import type { Head, OwnMessage } from '../domain/heads.js';
import type { PrismaClient } from '../generated/prisma/client.js';

/** A head to be stored. `reset`: the messages database went back, so may the head. */
export interface HeadUpdate extends Head {
  roomId: string;
  reset: boolean;
}

/** The heads of rooms, projected from message events. */
export class HeadRepository {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  /** The heads of those rooms that exist. */
  async find(roomIds: string[]): Promise<Map<string, Head>> {
    const rows = await this.#prisma.head.findMany({ where: { roomId: { in: roomIds } } });
    return new Map(
      rows.map(({ roomId, lastSeq, lastRev, lastMessage }) => [
        roomId,
        { lastSeq: Number(lastSeq), lastRev: Number(lastRev), lastMessage: lastMessage as unknown as LastMessage | null },
      ]),
    );
  }

  /** Newest revs by room, a page of them above `after` in the order of the ids. */
  async revsAfter(after: string, limit: number): Promise<{ roomId: string; lastRev: number }[]> {
    const rows = await this.#prisma.head.findMany({
      where: { roomId: { gt: after } },
      select: { roomId: true, lastRev: true },
      orderBy: { roomId: 'asc' },
      take: limit,
    });
    return rows.map(({ roomId, lastRev }) => ({ roomId, lastRev: Number(lastRev) }));
  }

  /**
   * Stores heads and moves senders' read markers: one statement, under the lease. Rooms and members that are gone are left
   * out. The lock on the lease row keeps it apart from the batches of commands, which hold it shared.
   * In support rooms what somebody else than the visitor wrote moves the agents' marker.
   * @returns which of the rooms are conversations, with the seq at which each was closed last
   * @throws FencedError when the lease is lost; then nothing was written
   */
  async store(
    lease: HeldLease,
    heads: HeadUpdate[],
    own: (OwnMessage & { roomId: string })[],
  ): Promise<{ roomId: string; closedSeq: number | null }[]> {
    const rows = await this.#prisma.$queryRaw<{ roomId: string | null; closedSeq: bigint | null }[]>`
      WITH held AS MATERIALIZED (
        SELECT 1 FROM leases
        WHERE partition = ${lease.partition}::int AND owner = ${lease.owner} AND epoch = ${lease.epoch}::bigint FOR NO KEY UPDATE),
      moved AS (
        UPDATE heads h SET last_seq = i.seq, last_rev = i.rev, last_message = i.message,
          last_at = (i.message->>'createdAt')::timestamptz
        FROM held, unnest(${heads.map(({ roomId }) => roomId)}::uuid[], ${heads.map(({ lastSeq }) => lastSeq)}::bigint[],
          ${heads.map(({ lastRev }) => lastRev)}::bigint[], ${heads.map(({ lastMessage }) => messageJson(lastMessage))}::jsonb[],
          ${heads.map(({ reset }) => reset)}::boolean[]) AS i(room_id, seq, rev, message, reset)
        WHERE h.room_id = i.room_id AND (h.last_rev < i.rev OR i.reset)),
      marked AS (
        UPDATE members m SET last_read_seq = greatest(m.last_read_seq, i.seq)
        FROM held, unnest(${own.map(({ roomId }) => roomId)}::uuid[], ${own.map(({ userId }) => userId)}::uuid[],
          ${own.map(({ seq }) => seq)}::bigint[]) AS i(room_id, user_id, seq)
        WHERE m.room_id = i.room_id AND m.user_id = i.user_id AND m.last_read_seq < i.seq),
      answered AS (
        UPDATE conversations c SET agents_read_seq = greatest(c.agents_read_seq, i.seq)
        FROM held, unnest(${own.map(({ roomId }) => roomId)}::uuid[], ${own.map(({ userId }) => userId)}::uuid[],
          ${own.map(({ seq }) => seq)}::bigint[]) AS i(room_id, user_id, seq)
        WHERE c.room_id = i.room_id AND c.visitor_id <> i.user_id AND c.agents_read_seq < i.seq)
      SELECT c.room_id AS "roomId", c.closed_seq AS "closedSeq"
      FROM held LEFT JOIN conversations c ON c.room_id = ANY (${heads.map(({ roomId }) => roomId)}::uuid[])`;
    if (rows.length === 0) throw new FencedError(lease);
    return rows.flatMap(({ roomId, closedSeq }) =>
      roomId === null ? [] : [{ roomId, closedSeq: closedSeq === null ? null : Number(closedSeq) }],
    );
  }
}

/** JSON null stands for "no message"; the statement reads no time from it. */
const messageJson = (message: LastMessage | null): string => JSON.stringify(message);
