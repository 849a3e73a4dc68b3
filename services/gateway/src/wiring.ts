import { InternalClient } from '@brook/common/http';
import type { Logger } from '@brook/common/logging';
import type { RedisClient, RedisGeneration } from '@brook/common/redis';
import { CommandProducer } from '@brook/common/streams';
import { v7 as uuidv7 } from 'uuid';
import { RoomAccess } from './access/room-access.js';
import { SessionVerifier } from './auth/session-verifier.js';
import { SignIn } from './auth/sign-in.js';
import { CommandBus } from './commands/command-bus.js';
import { type GatewayEnv, limitsOf } from './config.js';
import type { GatewayContext } from './context.js';
import { LiveFigures } from './figures/live-figures.js';
import { OriginRule } from './http/origin-rule.js';
import { RemoteParty } from './http/remote-party.js';
import { githubLogin } from './login/github-login.js';
import { RequestLimits } from './limits/request-limits.js';
import { SendLimits } from './limits/send-limits.js';
import { Heads } from './read-models/heads.js';
import { Profiles } from './read-models/profiles.js';
import { WidgetModel } from './read-models/widget-settings.js';

/** Unfinished commands of one partition past which new ones are refused as `overloaded`. */
const BACKLOG_LIMIT = 20_000;

/** Internal HTTP of the three services. */
export type Services = Record<'messages' | 'rooms' | 'users', InternalClient>;

export const createServices = ({ MESSAGES_URL, ROOMS_URL, USERS_URL, INTERNAL_KEY }: GatewayEnv): Services => ({
  messages: new InternalClient(MESSAGES_URL, INTERNAL_KEY),
  rooms: new InternalClient(ROOMS_URL, INTERNAL_KEY),
  users: new InternalClient(USERS_URL, INTERNAL_KEY),
});

export interface WiringOptions {
  env: GatewayEnv;
  services: Services;
  /** Of role `commands`. */
  redis: RedisClient;
  /** Of role `producer`. */
  producer: RedisClient;
  generation: RedisGeneration;
  partitions: number;
  logger: Logger;
}

/** Wires what routes and frames work with, on connections that the caller owns. @throws ConfigError for a bad TRUST_PROXY */
export function createContext({ env, services, redis, producer, generation, partitions, logger }: WiringOptions): GatewayContext {
  const { messages, rooms, users } = services;
  const limits = limitsOf(env);
  const remote = new RemoteParty(env.TRUST_PROXY);
  const shared = { redis, partitions, logger };
  const widget = new WidgetModel(rooms);
  const sessions = new SessionVerifier({ ...shared, users });
  const profiles = new Profiles({ ...shared, users });
  return {
    ...shared,
    ...services,
    generation,
    remote,
    githubLogin: githubLogin(env),
    widget,
    figures: new LiveFigures(),
    origins: new OriginRule({ allowed: env.ALLOWED_ORIGINS, sites: widget, remote }),
    bus: new CommandBus({
      producer: new CommandProducer(producer, { partitions, backlogLimit: BACKLOG_LIMIT }),
      gatewayId: uuidv7(),
    }),
    sessions,
    signIn: new SignIn({ ...shared, sessions, profiles }),
    access: new RoomAccess({ ...shared, rooms }),
    profiles,
    heads: new Heads({ ...shared, generation, messages }),
    sendLimits: new SendLimits(limits),
    requestLimits: new RequestLimits(redis, limits),
  };
}
