import { Router } from 'express';
import type { GatewayContext } from '../context.js';
import { refuseForeignOrigin } from './cross-origin.js';
import { accountRoutes } from './routes/account.js';
import { adminRoutes } from './routes/admin.js';
import { credentialRoutes } from './routes/credentials.js';
import { providerRoutes } from './routes/github-login.js';
import { memberRoutes } from './routes/members.js';
import { messageRoutes } from './routes/messages.js';
import { peopleRoutes } from './routes/people.js';
import { roomRoutes } from './routes/rooms.js';
import { searchRoutes } from './routes/search.js';
import { supportRoutes } from './routes/support.js';
import { visitorRoutes } from './routes/visitors.js';
import { visitRoutes } from './routes/visits.js';

/** The public REST API, mounted at /api/v1. */
export function apiRoutes(context: GatewayContext): Router {
  const router = Router();
  router.use((_req, res, next) => {
    res.setHeader('Cache-Control', 'no-store');
    next();
  });
  router.use(visitRoutes(context));
  router.use(refuseForeignOrigin(context.origins));
  router.use(
    credentialRoutes(context),
    providerRoutes(context.githubLogin),
    accountRoutes(context),
    adminRoutes(context),
    peopleRoutes(context),
    roomRoutes(context),
    memberRoutes(context),
    messageRoutes(context),
    searchRoutes(context),
    supportRoutes(context),
  );
  if (context.githubLogin) router.use(visitorRoutes(context, context.githubLogin));
  return router;
}
