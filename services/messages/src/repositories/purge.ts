import type { Prisma } from './prisma.js';

/** Rows of one DELETE, so that no statement runs long. */
const CHUNK = 5_000;

/** Whoever wrote or read when the room was closed is done by then: no statement runs longer than 5 s. */
const SETTLE_SECONDS = 10;
const ROOMS_MAX = 100;

/** Closed rooms that are not purged yet, the oldest first. `settled`: nobody brings anything back any more. */
export function unpurgedRooms(prisma: Prisma): Promise<{ roomId: string; settled: boolean }[]> {
  return prisma.$queryRawUnsafe(
    `SELECT room_id::text AS "roomId", closed_at < now() - make_interval(secs => $1::int) AS settled
     FROM closed_rooms WHERE purged_at IS NULL ORDER BY closed_at LIMIT $2::int`,
    SETTLE_SECONDS,
    ROOMS_MAX,
  );
}

/** Removes all rows of a closed room but its tombstone; safe to repeat, and to run on two replicas at once. */
export async function purgeRoom(prisma: Prisma, roomId: string): Promise<void> {
  for (const table of ['reactions', 'mentions', 'search_documents', 'messages'] as const) {
    let removed: number;
    do {
      removed = await prisma.$executeRawUnsafe(
        `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE room_id = $1::uuid LIMIT ${CHUNK}))`,
        roomId,
      );
    } while (removed === CHUNK);
  }
  await prisma.ban.deleteMany({ where: { roomId } });
  await prisma.counter.deleteMany({ where: { roomId } });
  await prisma.searchRoom.deleteMany({ where: { roomId } });
  // The gateway's keys name the room in their second word; an index stands on it.
  await prisma.$executeRawUnsafe(`DELETE FROM command_results WHERE split_part(key, ' ', 2) = $1`, roomId);
}

/** Leaves of each room nothing but its tombstone: the id, and when it was closed and purged. */
export async function markPurged(prisma: Prisma, roomIds: string[]): Promise<void> {
  await prisma.closedRoom.updateMany({ where: { roomId: { in: roomIds } }, data: { purgedAt: new Date() } });
}

/** Whether nothing of a deleted room is left here but its tombstone, looked up in every table. Null: it was not deleted. */
export async function isPurged(prisma: Prisma, roomId: string): Promise<boolean | null> {
  const rows = await prisma.$queryRawUnsafe<{ purged: boolean }[]>(
    `SELECT purged_at IS NOT NULL
       AND NOT EXISTS (SELECT 1 FROM messages WHERE room_id = $1::uuid)
       AND NOT EXISTS (SELECT 1 FROM reactions WHERE room_id = $1::uuid)
       AND NOT EXISTS (SELECT 1 FROM mentions WHERE room_id = $1::uuid)
       AND NOT EXISTS (SELECT 1 FROM search_documents WHERE room_id = $1::uuid)
       AND NOT EXISTS (SELECT 1 FROM search_rooms WHERE room_id = $1::uuid)
       AND NOT EXISTS (SELECT 1 FROM bans WHERE room_id = $1::uuid)
       AND NOT EXISTS (SELECT 1 FROM command_results WHERE split_part(key, ' ', 2) = $1::text) AS purged
     FROM closed_rooms WHERE room_id = $1::uuid`,
    roomId,
  );
  return rows[0]?.purged ?? null;
}

/** Results of commands are kept for a day. */
export async function forgetOldResults(prisma: Prisma): Promise<void> {
  await prisma.$executeRawUnsafe(`DELETE FROM command_results WHERE created_at < now() - interval '24 hours'`);
}
