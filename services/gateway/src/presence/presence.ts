import type { ServerEvent, Signal } from '@brook/common/contracts';
import type { People } from '../figures/live-figures.js';
import type { Audience } from '../fanout/audience.js';
import type { OnlineRooms } from '../fanout/online-rooms.js';
import type { Subscriber } from '../fanout/local-room.js';
import type { RoomRegistry } from '../fanout/room-registry.js';
import { encodeFramesById, encodeTextFrame } from '../ws/frame-encoding.js';
import { OnlinePeople, type PresenceChange } from './online-people.js';

export interface PresenceOptions {
  gatewayId: string;
  audience: Pick<Audience, 'has' | 'agents'>;
  online: Pick<OnlineRooms, 'rooms'>;
  registry: Pick<RoomRegistry, 'get' | 'announce'>;
  send: (signal: Signal) => void;
}

/** Changes are collected for this long before they are told; who comes and goes within it was never away. */
const WINDOW_MS = 1_000;
/** A person whose last connection closed is offline after this, so that a reload is not an absence. */
const LINGER_MS = 15_000;
/** Signals are repeated, so that a lost one heals. */
const REPEAT_MS = 60_000;
/** Each gateway says this often that it lives; the people of a silent one go offline. */
const BEAT_MS = 5_000;
/** Who does not hear even itself for this long hears nobody: the silence of others says nothing then. */
const DEAF_MS = 12_000;
/** Larger rooms are told a number only. */
const NAMED_MAX = 200;

/**
 * Who is online, told to subscribers. Each gateway signals the people connected to it, with their rooms; all of them
 * keep the sum. Best effort: signals may be lost, and heal with the next repetition.
 */
export class Presence {
  readonly #options: PresenceOptions;
  readonly #people = new OnlinePeople();
  /** People without a connection here, and when they left. */
  readonly #lingering = new Map<string, number>();
  /** When the people connected here were signalled last, the oldest first. */
  readonly #announced = new Map<string, number>();
  /** Admins connected to each gateway, as it said last. */
  readonly #agents = new Map<string, number>();
  #changes = new Map<string, PresenceChange>();
  #timer: NodeJS.Timeout | undefined;
  #beatAt = Number.NEGATIVE_INFINITY;
  #heardAt = Number.NEGATIVE_INFINITY;

  constructor(options: PresenceOptions) {
    this.#options = options;
  }

  start(): void {
    this.#heardAt = performance.now();
    this.#timer = setInterval(() => this.#tick(performance.now()), WINDOW_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** A person's rooms are known, with the first connection, or have changed. */
  arrived(userId: string): void {
    this.#lingering.delete(userId);
    this.#signal(userId, true, performance.now());
  }

  /** The last connection has closed. */
  left(userId: string): void {
    this.#lingering.set(userId, performance.now());
  }

  /** Takes a signal of any gateway, this one's included. */
  onSignal(signal: Extract<Signal, { type: 'presence' | 'gateway' }>): void {
    if (signal.type === 'gateway') {
      this.#agents.set(signal.gateway, signal.agents ?? 0);
      this.#onBeat(signal.gateway, performance.now());
      return;
    }
    const change = this.#people.signal(signal, performance.now());
    if (change) this.#note(change);
  }

  /** Tells a new subscriber who is there. */
  greet(subscriber: Subscriber, roomId: string): void {
    const members = this.#people.inRoom(roomId);
    if ((this.#options.registry.get(roomId)?.memberCount ?? 0) > NAMED_MAX) {
      const frame: ServerEvent = { type: 'presence.count', roomId, online: members.size };
      subscriber.write(encodeTextFrame(JSON.stringify(frame)));
      return;
    }
    const others: string[] = [];
    for (const userId of members) if (userId !== subscriber.userId) others.push(userId);
    if (others.length === 0) return;
    // Up to 200 frames for everybody who joins: put together as text, for ids are UUIDs and need no escaping.
    const before = `{"type":"presence","roomId":"${roomId}","userId":"`;
    subscriber.write(encodeFramesById(before, others, '","online":true}'));
  }

  /** Who is connected through any gateway; `agents` as of its last beat. */
  count(): People {
    for (const gateway of this.#agents.keys()) if (!this.#people.hears(gateway)) this.#agents.delete(gateway);
    const others = [...this.#agents].filter(([gateway]) => gateway !== this.#options.gatewayId);
    return { people: this.#people.size, agents: others.reduce((sum, [, agents]) => sum + agents, this.#agentsHere()) };
  }

  #agentsHere(): number {
    return new Set([...this.#options.audience.agents()].map(({ userId }) => userId)).size;
  }

  #onBeat(gateway: string, now: number): void {
    if (gateway === this.#options.gatewayId) {
      if (now - this.#heardAt > DEAF_MS) this.#hearAgain(now);
      this.#heardAt = now;
    }
    this.#people.heard(gateway, now);
  }

  /** The others may have given this gateway's people up meanwhile: they are signalled anew. */
  #hearAgain(now: number): void {
    this.#people.excuse(now);
    for (const userId of this.#announced.keys()) this.#announced.set(userId, Number.NEGATIVE_INFINITY);
  }

  #note(change: PresenceChange): void {
    const { userId } = change;
    const waiting = this.#changes.get(userId);
    // Gone and back within a window is nothing to tell.
    if (waiting && !waiting.added && waiting.online !== change.online) this.#changes.delete(userId);
    else if (waiting?.online && change.added)
      this.#changes.set(userId, { ...waiting, roomIds: [...new Set([...waiting.roomIds, ...change.roomIds])] });
    else this.#changes.set(userId, change);
  }

  #tick(now: number): void {
    if (now - this.#beatAt >= BEAT_MS) {
      this.#beatAt = now;
      this.#options.send({ type: 'gateway', gateway: this.#options.gatewayId, agents: this.#agentsHere() });
    }
    for (const [userId, since] of this.#lingering) {
      if (now - since < LINGER_MS) continue;
      this.#lingering.delete(userId);
      this.#announced.delete(userId);
      if (!this.#options.audience.has(userId)) this.#signalOff(userId, new Date(Date.now() - (now - since)));
    }
    this.#repeat(now);
    if (now - this.#heardAt <= DEAF_MS) for (const change of this.#people.expire(now)) this.#note(change);
    this.#tell();
  }

  #repeat(now: number): void {
    for (const [userId, at] of this.#announced) {
      if (now - at < REPEAT_MS) return;
      this.#signal(userId, true, now);
    }
  }

  #signal(userId: string, online: boolean, now: number): void {
    const { gatewayId, online: rooms, send } = this.#options;
    this.#announced.delete(userId);
    this.#announced.set(userId, now);
    send({ type: 'presence', userId, online, gateway: gatewayId, roomIds: [...rooms.rooms(userId)] });
  }

  #signalOff(userId: string, lastSeen: Date): void {
    const { gatewayId: gateway, send } = this.#options;
    send({ type: 'presence', userId, online: false, gateway, roomIds: [], lastSeenAt: lastSeen.toISOString() });
  }

  #tell(): void {
    if (this.#changes.size === 0) return;
    const counted = new Set<string>();
    for (const { userId, online, roomIds, lastSeenAt } of this.#changes.values()) {
      for (const roomId of roomIds) {
        const room = this.#options.registry.get(roomId);
        if (!room) continue;
        if (room.memberCount > NAMED_MAX) counted.add(roomId);
        else this.#announce({ type: 'presence', roomId, userId, online, ...(lastSeenAt === undefined ? {} : { lastSeenAt }) });
      }
    }
    for (const roomId of counted) this.#announce({ type: 'presence.count', roomId, online: this.#people.inRoom(roomId).size });
    this.#changes = new Map();
  }

  #announce(frame: ServerEvent & { roomId: string }): void {
    this.#options.registry.announce(frame.roomId, frame);
  }
}
