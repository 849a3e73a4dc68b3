import type { Prisma } from './prisma.js';

/** Rows of one DELETE, so that no statement runs long. */
const CHUNK = 5_000;

/** Closed rooms whose messages are not gone yet. */
export async function unpurgedRooms(prisma: Prisma): Promise<string[]> {
  const rooms = await prisma.closedRoom.findMany({ where: { purgedAt: null }, select: { roomId: true }, take: 100 });
  return rooms.map(({ roomId }) => roomId);
}

/** Removes everything of a closed room; safe to repeat, and to run on two replicas at once. */
export async function purgeRoom(prisma: Prisma, roomId: string): Promise<void> {
  for (const table of ['reactions', 'messages'] as const) {
    let removed: number;
    do {
      removed = await prisma.$executeRawUnsafe(
        `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE room_id = $1::uuid LIMIT ${CHUNK}))`,
        roomId,
      );
    } while (removed === CHUNK);
  }
  await prisma.$transaction([
    prisma.ban.deleteMany({ where: { roomId } }),
    prisma.counter.deleteMany({ where: { roomId } }),
    prisma.closedRoom.update({ where: { roomId }, data: { purgedAt: new Date() } }),
  ]);
}

/** Results of commands are kept for a day. */
export async function forgetOldResults(prisma: Prisma): Promise<void> {
  await prisma.$executeRawUnsafe(`DELETE FROM command_results WHERE created_at < now() - interval '24 hours'`);
}
