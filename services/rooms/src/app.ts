import type { ServiceMeta } from '@brook/common/contracts';
import { createInternalApp, type HealthCheck } from '@brook/common/http';
import type { Logger } from '@brook/common/logging';
import type { Registry } from '@brook/common/metrics';
import { type Express, Router } from 'express';
import type { RoomCache } from './cache/room-cache.js';
import type { ChangeRepository } from './repositories/change-repository.js';
import type { ConversationLists } from './repositories/conversation-lists.js';
import type { PurgeRepository } from './repositories/purge-repository.js';
import type { RoomLists } from './repositories/room-lists.js';
import { changeRoutes } from './routes/changes.js';
import { conversationRoutes } from './routes/conversations.js';
import { roomRoutes } from './routes/rooms.js';
import { userRoutes } from './routes/users.js';

export interface AppDeps {
  logger: Logger;
  metrics: Registry;
  internalKey: string;
  checks: HealthCheck[];
  meta: ServiceMeta;
  rooms: RoomLists;
  conversations: ConversationLists;
  purges: PurgeRepository;
  changes: ChangeRepository;
  cache: RoomCache;
}

/** The service's internal app; it never listens by itself. */
export function createApp({ rooms, conversations, purges, changes, cache, meta, ...options }: AppDeps): Express {
  const routes = Router();
  routes.use(roomRoutes(rooms, cache));
  routes.use(userRoutes(rooms));
  routes.use(conversationRoutes(conversations, purges));
  routes.use(changeRoutes(changes, meta.partitions));
  return createInternalApp({ ...options, routes, meta: () => meta });
}
