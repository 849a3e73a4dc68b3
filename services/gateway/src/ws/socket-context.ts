import type { GatewayContext } from '../context.js';
import type { Audience } from '../fanout/audience.js';
import type { SocketMetrics } from '../fanout/metrics.js';
import type { Revocations } from '../fanout/revocations.js';
import type { RoomRegistry } from '../fanout/room-registry.js';
import type { GatewayLimits } from '../config.js';
import type { Signals } from '../presence/signals.js';
import type { SlotCounter } from '../limits/slot-counter.js';
import type { Presence } from '../presence/presence.js';
import type { DeadlineWheel } from './deadline-wheel.js';
import type { FlushQueue } from './flush-queue.js';
import type { RoomsAhead } from './rooms-ahead.js';

/** What the frames of all sockets are handled with. */
export interface SocketContext
  extends Pick<
    GatewayContext,
    'bus' | 'sessions' | 'signIn' | 'access' | 'profiles' | 'users' | 'heads' | 'sendLimits' | 'logger' | 'origins' | 'remote'
  > {
  registry: RoomRegistry;
  ahead: Pick<RoomsAhead, 'look' | 'of'>;
  audience: Audience;
  revocations: Revocations;
  signals: Pick<Signals, 'send'>;
  presence: Pick<Presence, 'greet'>;
  limits: Pick<GatewayLimits, 'sendsPerSecond' | 'socketsPerIp' | 'socketsPerUser'>;
  /** Open sockets per person. */
  perUser: SlotCounter;
  /** The database's present life. */
  era: () => string;
  metrics: SocketMetrics;
  wheel: DeadlineWheel;
  flushes: FlushQueue;
  /** Period of pings in milliseconds. */
  heartbeatMs: number;
}
