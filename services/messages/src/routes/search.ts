import { LIMITS, uuid } from '@brook/common/contracts';
import { parse } from '@brook/common/errors';
import { Router } from 'express';
import { z } from 'zod';
import { searchMessages } from '../queries/search-messages.js';
import type { Prisma } from '../repositories/prisma.js';

const limit = z.number().int().min(1).max(LIMITS.pageMax);
const time = z.iso.datetime();
const searchBody = z.object({
  q: z.string(),
  scope: z.union([z.object({ roomId: uuid }), z.object({ userId: uuid, memberOf: z.array(uuid) })]),
  from: uuid.optional(),
  after: time.optional(),
  before: time.optional(),
  cursor: z.string().optional(),
  limit,
});

/** Search, for gateways, which have settled who may look where. Messages are passed on as the JSON that the database made. */
export function searchRoutes({ prisma }: { prisma: Prisma }): Router {
  const router = Router();
  router.post('/search', async (req, res) => {
    const { items, nextCursor } = await searchMessages(prisma, parse(searchBody, req.body));
    const found = items.map(({ json, ...marks }) => `{"message":${json},${JSON.stringify(marks).slice(1)}`);
    res.type('json').send(`{"items":[${found.join(',')}],"nextCursor":${JSON.stringify(nextCursor)}}`);
  });
  return router;
}
