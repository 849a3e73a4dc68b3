import type { Server } from 'node:http';
import { CLOSE, LIMITS, type Signal } from '@brook/common/contracts';
import type { Registry } from '@brook/common/metrics';
import type { RedisClient, RedisRole } from '@brook/common/redis';
import type { GatewayLimits } from '../config.js';
import type { GatewayContext } from '../context.js';
import type { EraWatch } from '../era-watch.js';
import { LiveFeed } from '../fanout/live-feed.js';
import { createSocketMetrics, watchCommands } from '../fanout/metrics.js';
import { SlotCounter } from '../limits/slot-counter.js';
import { Presence } from '../presence/presence.js';
import { Signals } from '../presence/signals.js';
import { announceTyping } from '../presence/typing.js';
import { DeadlineWheel } from './deadline-wheel.js';
import { FlushQueue } from './flush-queue.js';
import { RoomsAhead } from './rooms-ahead.js';
import { SocketServer } from './socket-server.js';

export interface LiveSocketsOptions {
  context: GatewayContext;
  limits: GatewayLimits;
  era: EraWatch;
  /** Opens a connection of its own; what is opened here is closed here. */
  connect: (role: RedisRole) => RedisClient;
  metrics: Registry;
  /** Period of pings in milliseconds; the protocol's 25 s unless told. */
  heartbeatMs?: number;
}

/**
 * The live side of the gateway, wired: sockets, event streams and presence. Start it before the HTTP server listens;
 * `drain` while commands can still be answered, `stop` after that.
 */
export class LiveSockets {
  readonly #feed: LiveFeed;
  readonly #signals: Signals;
  readonly #presence: Presence;
  readonly #server: SocketServer;
  readonly #wheel = new DeadlineWheel();

  constructor({ context, limits, era, connect, metrics: registry, heartbeatMs = LIMITS.heartbeatMs }: LiveSocketsOptions) {
    const metrics = createSocketMetrics(registry);
    const { logger, redis, bus } = context;
    watchCommands(registry, () => bus.waiting);
    this.#feed = new LiveFeed({
      context,
      metrics,
      era,
      connectBlocking: () => connect('blocking'),
      onPresent: (userId) => this.#presence.arrived(userId),
    });
    const onSignal = (signal: Signal) => this.#onSignal(signal);
    this.#signals = new Signals({ publisher: redis, subscriber: connect('subscriber'), onSignal, logger });
    const { audience, online, registry: rooms, revocations } = this.#feed;
    const send = (signal: Signal) => this.#signals.send(signal);
    this.#presence = new Presence({ gatewayId: bus.gatewayId, audience, online, registry: rooms, send });
    context.figures.countPeople(() => this.#presence.count());
    audience.watch({ arrived: () => undefined, left: (userId) => this.#presence.left(userId) });
    this.#server = new SocketServer({
      ...context,
      registry: rooms,
      ahead: new RoomsAhead({ access: context.access, registry: rooms }),
      audience,
      revocations,
      signals: this.#signals,
      presence: this.#presence,
      limits,
      perUser: new SlotCounter(limits.socketsPerUser),
      era: () => era.era,
      metrics,
      wheel: this.#wheel,
      flushes: new FlushQueue(),
      heartbeatMs,
    });
  }

  /** Follows the feeds; from here on nothing is missed. @throws while Redis, the rooms or the users service cannot be reached */
  async start(): Promise<void> {
    await this.#feed.start();
    await this.#signals.start();
    this.#presence.start();
  }

  /** Serves /ws on this HTTP server. */
  attach(server: Server): void {
    this.#server.attach(server);
  }

  /** @throws when the event streams cannot be read, for readiness */
  check(): void {
    this.#feed.check();
  }

  /** Says goodbye to every client and closes the sockets in waves; within about 4 s. */
  drain(): Promise<void> {
    return this.#server.drain();
  }

  /** Ends what is left. */
  async stop(): Promise<void> {
    this.#server.closeAll(CLOSE.goingAway);
    this.#presence.stop();
    this.#signals.stop();
    await this.#feed.stop();
    this.#wheel.stop();
  }

  #onSignal(signal: Signal): void {
    if (signal.type === 'typing') announceTyping(this.#feed.registry, signal);
    else this.#presence.onSignal(signal);
  }
}
