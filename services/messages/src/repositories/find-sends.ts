import type { ChainLink, SendName } from '../domain/send-chain.js';
import type { Prisma } from './prisma.js';

/** Which of the sends' predecessors are stored. */
export async function findSends(prisma: Prisma, links: ChainLink[]): Promise<SendName[]> {
  const wanted = links.filter(({ prev }) => prev !== undefined);
  const rows = await prisma.$queryRawUnsafe<{ room_id: string; sender_id: string; client_id: string }[]>(
    `SELECT m.room_id::text, m.sender_id::text, m.client_id::text
     FROM unnest($1::uuid[], $2::uuid[], $3::uuid[]) AS w(room_id, sender_id, client_id) JOIN messages m USING (room_id, sender_id, client_id)`,
    wanted.map(({ roomId }) => roomId),
    wanted.map(({ senderId }) => senderId),
    wanted.map(({ prev }) => prev),
  );
  return rows.map((row) => ({ roomId: row.room_id, senderId: row.sender_id, clientId: row.client_id }));
}
