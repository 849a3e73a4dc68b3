import { createInternalApp, type HealthCheck } from '@brook/common/http';
import type { Registry } from '@brook/common/metrics';
import { type Express, Router } from 'express';
import type { UsersContext } from './context.js';
import { accountRoutes } from './routes/account.js';
import { adminRoutes } from './routes/admin.js';
import { changeRoutes } from './routes/changes.js';
import { credentialRoutes } from './routes/credentials.js';
import { profileRoutes } from './routes/profiles.js';
import { sessionRoutes } from './routes/sessions.js';
import { visitRoutes } from './routes/visits.js';

export interface UsersAppOptions {
  context: UsersContext;
  internalKey: string;
  metrics: Registry;
  checks: HealthCheck[];
  /** UUID of this database's life. */
  era: string;
}

/** The internal app of the users service; never listens by itself. */
export function createApp({ context, internalKey, metrics, checks, era }: UsersAppOptions): Express {
  const routes = Router();
  routes.use(credentialRoutes(context), sessionRoutes(context), profileRoutes(context), changeRoutes(context));
  routes.use(accountRoutes(context), adminRoutes(context), visitRoutes(context));
  return createInternalApp({
    logger: context.logger,
    metrics,
    internalKey,
    checks,
    routes,
    meta: () => ({ service: 'users', partitions: context.partitions, era }),
  });
}
