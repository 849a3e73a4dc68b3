import { counter, LIMITS, uuid } from '@brook/common/contracts';
import { parse } from '@brook/common/errors';
import { Router } from 'express';
import { z } from 'zod';
import { decodePlace, encodePlace } from '../domain/place.js';
import { countUnreadMentions, readMentions } from '../repositories/mentions.js';
import type { Prisma } from '../repositories/prisma.js';

const listBody = z.object({
  userId: uuid,
  roomIds: z.array(uuid),
  cursor: z.string().optional(),
  limit: z.number().int().min(1).max(LIMITS.pageMax),
});
const unreadBody = z.object({
  marks: z.array(z.object({ userId: uuid, roomId: uuid, lastReadSeq: counter })).max(5_000),
});

/** Mentions, for gateways, which know who is a member of what. */
export function mentionRoutes({ prisma }: { prisma: Prisma }): Router {
  const router = Router();
  router.post('/mentions', async (req, res) => {
    const { userId, roomIds, cursor, limit } = parse(listBody, req.body);
    const below = cursor === undefined ? undefined : decodePlace(cursor);
    const found = await readMentions(prisma, { userId, roomIds, below, limit: limit + 1 });
    const shown = found.slice(0, limit);
    const last = shown.at(-1);
    const nextCursor = found.length > limit && last ? encodePlace(last) : null;
    res.type('json').send(`{"items":[${shown.map(({ json }) => json).join(',')}],"nextCursor":${JSON.stringify(nextCursor)}}`);
  });
  router.post('/mentions/unread', async (req, res) => {
    const { marks } = parse(unreadBody, req.body);
    res.json({ unread: await countUnreadMentions(prisma, marks) });
  });
  return router;
}
