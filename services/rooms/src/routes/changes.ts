import { parse } from '@brook/common/errors';
import { Router } from 'express';
import { z } from 'zod';
import type { ChangeRepository } from '../repositories/change-repository.js';

const changesQuery = z.object({
  partition: z.coerce.number().int().min(0).max(63),
  after: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER),
  limit: z.coerce.number().int().min(1).max(1_000).default(500),
});

/** The numbered feed of this service, for consumers that miss a part of it. */
export function changeRoutes(changes: ChangeRepository, partitions: number): Router {
  const router = Router();
  router.get('/changes', async (req, res) => {
    const { partition, after, limit } = parse(changesQuery, req.query);
    res.json(await changes.page(partition, after, limit));
  });
  router.get('/changes/heads', async (_req, res) => {
    res.json({ heads: await changes.heads(partitions) });
  });
  return router;
}
