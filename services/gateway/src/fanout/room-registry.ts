import { CLOSE, type MessageEventType, type Room } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { Logger } from '@brook/common/logging';
import { encodeTextFrame } from '../ws/frame-encoding.js';
import { messageFrame } from './frames.js';
import type { HistoryReader } from './history-reader.js';
import { LocalRoom, type Subscriber, type Subscription } from './local-room.js';
import type { SocketMetrics } from './metrics.js';
import type { PreparedAnswer } from './prepared-answer.js';
import { RoomHealer } from './room-healer.js';

export interface RoomRegistryOptions {
  histories: Pick<HistoryReader, 'read' | 'fromDatabase' | 'changes' | 'forget'>;
  metrics: SocketMetrics;
  logger: Logger;
}

/** What a subscriber asks for. */
export interface SubscribeRequest {
  /** The client's id of the frame. */
  id: string;
  roomId: string;
  since: number | undefined;
  /** This connection's subscription to the room, if it has one already: it is answered anew. */
  existing: Subscription | undefined;
  /** Of `readAhead`, begun after the client asked. */
  ahead?: Promise<PreparedAnswer> | undefined;
  /** Called once the subscription is registered. @throws AppError when the person may not read the room */
  check: () => Promise<Pick<Room, 'memberCount'>>;
}

/**
 * Histories that are older than what this gateway has seen are read again; past the cache from the second time on. One that was
 * read early does not count: an event may just have overtaken it.
 */
const ATTEMPTS = 5;

/** The rooms that somebody on this gateway is subscribed to. */
export class RoomRegistry {
  readonly #options: RoomRegistryOptions;
  readonly #rooms = new Map<string, LocalRoom>();
  readonly #healer: RoomHealer;

  constructor(options: RoomRegistryOptions) {
    this.#options = options;
    const { histories, metrics, logger } = options;
    this.#healer = new RoomHealer({
      changes: (roomId, since) => histories.changes(roomId, since),
      resync: (room, cause) => this.resync(room, cause),
      onHealed: (deliveries) => {
        metrics.heals.inc({ outcome: 'healed' });
        metrics.deliveries.inc(deliveries);
      },
      logger,
    });
  }

  /**
   * Registers, then checks, then answers; from the answer on the subscription is live. Where others listen already, the
   * history is read while the check runs, for its cache is warm; else whom the check refuses has cost no read.
   * @throws AppError what `check` throws; `forbidden` when a removal came meanwhile; `unavailable` or `timeout` when no history
   * could be read
   */
  async subscribe(subscriber: Subscriber, request: SubscribeRequest): Promise<Subscription> {
    const room = this.#open(request.roomId);
    const subscription = this.#register(room, subscriber, request.existing);
    const early = room.live.length > 0 ? (request.ahead ?? this.#read(request)) : undefined;
    // Whoever waits for it is told of its failure; who is refused does not.
    early?.catch(() => undefined);
    try {
      room.memberCount = (await request.check()).memberCount;
      await this.#answer(room, subscription, request, early);
      return subscription;
    } catch (err) {
      this.end(room.id, subscription);
      throw err;
    } finally {
      this.#healer.look(room);
    }
  }

  /**
   * Begins to read what a subscribe that will follow is to be answered with. Only where somebody listens: the room's line of
   * events then tells whether the history misses one.
   */
  readAhead(roomId: string, since: number | undefined): Promise<PreparedAnswer> | undefined {
    const room = this.#rooms.get(roomId);
    return room && room.live.length > 0 ? this.#options.histories.read(roomId, since) : undefined;
  }

  /** Ends a subscription at once; harmless when it has ended. */
  end(roomId: string, subscription: Subscription): void {
    const room = this.#rooms.get(roomId);
    if (!room) return;
    if (subscription.phase !== 'ended') this.#options.metrics.subscriptions.dec();
    room.end(subscription);
    this.#prune(room);
  }

  /** Ends the subscriptions of one person (of all, without one) in a room. @returns how many there were */
  cancel(roomId: string, userId?: string): Subscription[] {
    const room = this.#rooms.get(roomId);
    const cancelled = (room?.all() ?? []).filter(({ subscriber }) => userId === undefined || subscriber.userId === userId);
    for (const subscription of cancelled) this.end(roomId, subscription);
    return cancelled;
  }

  /** A message event off the stream. */
  event(type: MessageEventType, roomId: string, rev: number, messageJson: string): void {
    const room = this.#rooms.get(roomId);
    if (!room || (room.position !== undefined && rev <= room.position)) return;
    const frame = encodeTextFrame(messageFrame(type, roomId, rev, messageJson));
    this.#options.metrics.deliveries.inc(room.event(rev, frame));
    if (room.health === 'hole') this.#healer.heal(room);
  }

  /** Sends a frame without a rev to a room's subscribers. */
  announce(roomId: string, frame: object, { except }: { except?: string } = {}): void {
    const room = this.#rooms.get(roomId);
    if (room && room.live.length > 0) room.announce(encodeTextFrame(JSON.stringify(frame)), except);
  }

  /** A room's number of members has changed. */
  members({ id, memberCount }: Pick<Room, 'id' | 'memberCount'>): void {
    const room = this.#rooms.get(id);
    if (room) room.memberCount = memberCount;
  }

  get(roomId: string): LocalRoom | undefined {
    return this.#rooms.get(roomId);
  }

  /** Ids of rooms with subscriptions. */
  ids(): string[] {
    return [...this.#rooms.keys()];
  }

  /**
   * The owner says what a room's newest rev is. `was`: the room's position when it was asked.
   * @param urgent nothing is on its way: ask for the changes now
   */
  head(roomId: string, was: number | undefined, rev: number, urgent: boolean): void {
    const room = this.#rooms.get(roomId);
    if (!room || was === undefined || room.position === undefined) return;
    if (rev < was) {
      this.resync(room, 'the database went back');
      return;
    }
    room.expect(rev);
    if (urgent) this.#healer.heal(room);
    else this.#healer.look(room);
  }

  /** Makes a room's subscribers resume: their sockets close 4000, and they come back with their last rev. */
  resync(room: LocalRoom, cause: string): void {
    const cut = room.reset();
    this.#options.histories.forget(room.id);
    this.#options.logger.warn({ room: room.id, cause, subscribers: cut.length }, 'subscribers must resume');
    this.#options.metrics.heals.inc({ outcome: 'resync' });
    this.#options.metrics.subscriptions.dec(cut.length);
    for (const { subscriber } of cut) subscriber.close(CLOSE.resync);
    this.#prune(room);
  }

  /** The same for every room, e.g. after the database was restored. */
  resyncAll(cause: string): void {
    for (const room of [...this.#rooms.values()]) this.resync(room, cause);
  }

  stop(): void {
    this.#healer.stop();
  }

  #open(roomId: string): LocalRoom {
    let room = this.#rooms.get(roomId);
    if (!room) {
      room = new LocalRoom(roomId);
      this.#rooms.set(roomId, room);
      this.#options.metrics.rooms.set(this.#rooms.size);
    }
    return room;
  }

  #register(room: LocalRoom, subscriber: Subscriber, existing: Subscription | undefined): Subscription {
    if (existing?.phase === 'live') {
      room.reopen(existing);
      return existing;
    }
    this.#options.metrics.subscriptions.inc();
    return room.register(subscriber);
  }

  #read({ roomId, since }: SubscribeRequest, { pastCache = false } = {}): Promise<PreparedAnswer> {
    const { histories } = this.#options;
    return pastCache ? histories.fromDatabase(roomId, since) : histories.read(roomId, since);
  }

  async #answer(
    room: LocalRoom,
    subscription: Subscription,
    request: SubscribeRequest,
    early: Promise<PreparedAnswer> | undefined,
  ): Promise<void> {
    for (let attempt = early ? 0 : 1; attempt <= ATTEMPTS; attempt++) {
      if (subscription.phase === 'ended') break;
      const history = await (attempt === 0 && early ? early : this.#read(request, { pastCache: attempt > 1 }));
      const settled = room.settle(subscription, history.lastRev, () => history.frame(request.id));
      if (settled === 'live') return;
      if (settled === 'ended') break;
    }
    if (subscription.phase === 'ended') throw new AppError('forbidden', 'you may not read this room any more');
    // Again and again the database is behind what it told before: this is another life of it.
    this.resync(room, 'the database went back');
    throw new AppError('unavailable', 'the room is being read anew', { retryAfterMs: 1_000 });
  }

  #prune(room: LocalRoom): void {
    if (!room.empty || this.#rooms.get(room.id) !== room) return;
    this.#rooms.delete(room.id);
    this.#options.metrics.rooms.set(this.#rooms.size);
  }
}
