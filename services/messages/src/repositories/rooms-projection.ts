import type { AnyChange, RoomsChanges } from '@brook/common/contracts';
import type { Prisma } from './prisma.js';

const FEED = 'rooms';

/** Newest change of the rooms feed that is projected, by partition. */
export async function readCursors(prisma: Prisma, partitions: number): Promise<Map<number, number>> {
  const rows = await prisma.feedCursor.findMany({ where: { feed: FEED } });
  const cursors = new Map(Array.from({ length: partitions }, (_, partition) => [partition, 0]));
  for (const { partition, n } of rows) cursors.set(partition, Number(n));
  return cursors;
}

/** Applies changes in order together with the cursor; replicas may do so twice. */
export async function project(prisma: Prisma, partition: number, changes: AnyChange<RoomsChanges>[]): Promise<void> {
  const last = changes.at(-1);
  if (!last) return;
  const writes = changes.flatMap((change) => projectOne(prisma, change));
  const cursor = prisma.$executeRawUnsafe(
    `INSERT INTO feed_cursors (feed, partition, n) VALUES ($1, $2::int, $3::bigint)
     ON CONFLICT (feed, partition) DO UPDATE SET n = greatest(feed_cursors.n, EXCLUDED.n)`,
    FEED,
    partition,
    last.n,
  );
  await prisma.$transaction([...writes, cursor]);
}

function projectOne(prisma: Prisma, change: AnyChange<RoomsChanges>) {
  switch (change.type) {
    case 'room.deleted':
      return [prisma.closedRoom.createMany({ data: [{ roomId: change.data.room.id }], skipDuplicates: true })];
    case 'ban.added':
      return [
        prisma.ban.createMany({ data: [{ roomId: change.data.roomId, userId: change.data.userId }], skipDuplicates: true }),
      ];
    case 'ban.removed':
      return [prisma.ban.deleteMany({ where: { roomId: change.data.roomId, userId: change.data.userId } })];
    case 'room.created':
    case 'room.updated':
    case 'member.joined':
    case 'member.left':
    case 'member.updated':
    case 'conversation.updated':
    case 'widget.updated':
      return [];
  }
}
