import type { Prisma } from './prisma.js';

/** A person in a room. */
export interface Place {
  roomId: string;
  userId: string;
}

/** One string per place, for sets. */
export const placeKey = ({ roomId, userId }: Place): string => `${roomId} ${userId}`;

/** Which of these people the projection knows as banned there, by `placeKey`. */
export async function findBans(prisma: Prisma, places: Place[]): Promise<Set<string>> {
  const rows = await prisma.$queryRawUnsafe<Place[]>(
    `SELECT b.room_id::text AS "roomId", b.user_id::text AS "userId"
     FROM unnest($1::uuid[], $2::uuid[]) AS w(room_id, user_id) JOIN bans b USING (room_id, user_id)`,
    places.map(({ roomId }) => roomId),
    places.map(({ userId }) => userId),
  );
  return new Set(rows.map(placeKey));
}
