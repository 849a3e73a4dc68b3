import type { ServiceMeta } from '@brook/common/contracts';
import { createInternalApp, type HealthCheck } from '@brook/common/http';
import type { Logger } from '@brook/common/logging';
import type { Registry } from '@brook/common/metrics';
import { type Express, Router } from 'express';
import type { RecentWarmer } from './cache/recent-warmer.js';
import type { Prisma } from './repositories/prisma.js';
import { purgeRoutes } from './routes/purges.js';
import { mentionRoutes } from './routes/mentions.js';
import { roomRoutes } from './routes/rooms.js';
import { searchRoutes } from './routes/search.js';

export interface AppDeps {
  prisma: Prisma;
  warmer: RecentWarmer;
  meta: ServiceMeta;
  internalKey: string;
  checks: HealthCheck[];
  metrics: Registry;
  logger: Logger;
}

/** The internal HTTP of the messages service; never listens by itself. */
export function createApp(deps: AppDeps): Express {
  const { logger, metrics, internalKey, checks, meta } = deps;
  const routes = Router().use(roomRoutes(deps), searchRoutes(deps), mentionRoutes(deps), purgeRoutes(deps));
  return createInternalApp({ logger, metrics, internalKey, checks, meta: () => meta, routes });
}
