import { parse } from '@brook/common/errors';
import { Router } from 'express';
import { countVisit } from '../commands/count-visit.js';
import type { UsersContext } from '../context.js';
import { utcDay } from '../domain/utc-day.js';
import { device } from './schemas.js';

/** As many as the admin console shows. */
const DAYS = 30;

/** The counter of visitors. */
export function visitRoutes(context: UsersContext): Router {
  const router = Router();
  router.get('/visits', async (_req, res) => {
    res.json(await context.visits.read(utcDay(context.now())));
  });
  router.get('/visits/days', async (_req, res) => {
    res.json(await context.visits.days(utcDay(context.now()), DAYS));
  });
  router.post('/visits', async (req, res) => {
    res.json(await countVisit(context, parse(device, req.body)));
  });
  return router;
}
