import { foldUsername, username } from '@brook/common/contracts';
import { AppError, parse } from '@brook/common/errors';
import { Router } from 'express';
import type { UsersContext } from '../context.js';
import { toUser } from '../domain/account.js';
import { batchRequest } from './schemas.js';
import { warmed } from '../cache/warmed.js';

/** Routes that answer a miss of the read model of profiles, and warm it. */
export function profileRoutes(context: UsersContext): Router {
  const router = Router();
  router.get('/users/by-name/:name', async (req, res) => {
    // What cannot be a name is nobody's.
    const name = username.safeParse(req.params.name);
    const account = name.success ? await context.accounts.findByName(foldUsername(name.data)) : null;
    if (account === null) throw new AppError('not_found');
    await warmed(context, [context.userCache.put(account)]);
    res.json({ user: toUser(account) });
  });
  router.post('/users/batch', async (req, res) => {
    const accounts = await context.accounts.findMany(parse(batchRequest, req.body).ids);
    await warmed(
      context,
      accounts.map((account) => context.userCache.put(account)),
    );
    res.json({ users: accounts.map(toUser) });
  });
  return router;
}
