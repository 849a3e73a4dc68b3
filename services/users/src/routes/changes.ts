import { parse } from '@brook/common/errors';
import { Router } from 'express';
import type { UsersContext } from '../context.js';
import { changesQuery } from './schemas.js';

/** The numbered feed of changes, for consumers that see a hole. */
export function changeRoutes(context: UsersContext): Router {
  const router = Router();
  const query = changesQuery(context.partitions);
  router.get('/changes', async (req, res) => {
    const { partition, after, limit } = parse(query, req.query);
    res.json(await context.changes.page(partition, after, limit));
  });
  router.get('/changes/heads', async (_req, res) => {
    res.json({ heads: await context.changes.heads(context.partitions) });
  });
  return router;
}
