import type { InternalClient } from '@brook/common/http';
import type { Logger } from '@brook/common/logging';
import type { RedisClient, RedisGeneration } from '@brook/common/redis';
import type { RoomAccess } from './access/room-access.js';
import type { SessionVerifier } from './auth/session-verifier.js';
import type { SignIn } from './auth/sign-in.js';
import type { CommandBus } from './commands/command-bus.js';
import type { LiveFigures } from './figures/live-figures.js';
import type { OriginRule } from './http/origin-rule.js';
import type { GithubLogin } from './login/github-login.js';
import type { RemoteParty } from './http/remote-party.js';
import type { RequestLimits } from './limits/request-limits.js';
import type { SendLimits } from './limits/send-limits.js';
import type { Heads } from './read-models/heads.js';
import type { Profiles } from './read-models/profiles.js';
import type { WidgetModel } from './read-models/widget-settings.js';

/** What the gateway's routes and frames work with; wired once, in `wiring.ts`. */
export interface GatewayContext {
  bus: CommandBus;
  sessions: SessionVerifier;
  access: RoomAccess;
  profiles: Profiles;
  signIn: SignIn;
  heads: Heads;
  sendLimits: SendLimits;
  requestLimits: RequestLimits;
  /** Internal HTTP of the services. */
  messages: InternalClient;
  rooms: InternalClient;
  users: InternalClient;
  /** Of role `commands`, for read models. */
  redis: RedisClient;
  generation: RedisGeneration;
  partitions: number;
  origins: OriginRule;
  /** Undefined where login through GitHub is not configured. */
  githubLogin: GithubLogin | undefined;
  widget: WidgetModel;
  figures: LiveFigures;
  remote: RemoteParty;
  logger: Logger;
}
