import { uuid } from '@brook/common/contracts';
import { AppError, parse } from '@brook/common/errors';
import { Router } from 'express';
import type { Prisma } from '../repositories/prisma.js';
import { isPurged } from '../repositories/purge.js';

/** Whether a deleted room's messages are gone. */
export function purgeRoutes({ prisma }: { prisma: Prisma }): Router {
  const router = Router();
  router.get('/purges/:id', async (req, res) => {
    const purged = await isPurged(prisma, parse(uuid, req.params.id));
    if (purged === null) throw new AppError('not_found', 'this room was not deleted');
    res.json({ purged });
  });
  return router;
}
