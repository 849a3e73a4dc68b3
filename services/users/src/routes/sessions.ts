import { AppError, parse } from '@brook/common/errors';
import { Router } from 'express';
import { endSession } from '../commands/end-session.js';
import type { UsersContext } from '../context.js';
import { isLive } from '../domain/session.js';
import { idPath } from './schemas.js';
import { warmed } from '../cache/warmed.js';

/** Routes about sessions that exist. */
export function sessionRoutes(context: UsersContext): Router {
  const router = Router();
  router.get('/sessions/:id', async (req, res) => {
    const { id } = parse(idPath, req.params);
    const session = await context.sessions.find(id);
    if (session === null) throw new AppError('not_found');
    const now = context.now();
    await warmed(context, [context.sessionCache.warm(session, now)]);
    res.json({ userId: session.userId, live: isLive(session, now) });
  });
  router.delete('/sessions/:id', async (req, res) => {
    await endSession(context, parse(idPath, req.params).id);
    res.status(204).end();
  });
  return router;
}
