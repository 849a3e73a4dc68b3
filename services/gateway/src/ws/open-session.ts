import { CLOSE, type CloseReason, LIMITS, type User } from '@brook/common/contracts';
import type { Session } from '../auth/session-verifier.js';
import { SendOrder } from '../commands/send-order.js';
import type { Listener } from '../fanout/audience.js';
import type { Subscriber, Subscription } from '../fanout/local-room.js';
import type { RoomRegistry } from '../fanout/room-registry.js';
import type { TokenBucket } from '../limits/token-bucket.js';
import { TypingPace } from '../presence/typing.js';
import type { Connection } from './connection.js';
import type { FloodGuard } from './flood-guard.js';
import { KeyedQueue } from './keyed-queue.js';
import { Slots } from './slots.js';

/** Answers with histories that one connection has prepared at once; the others wait their turn. */
const SUBSCRIBES_AT_ONCE = 8;

export interface OpenSessionOptions {
  user: User;
  session: Session;
  sendBucket: TokenBucket;
  flood: FloodGuard;
  onRenewed: (session: Session) => void;
}

/** A signed-in connection: who it is, what it listens to, and the order of what it does. */
export class OpenSession implements Listener, Subscriber {
  readonly connection: Connection;
  readonly userId: string;
  readonly role: User['role'];
  /** Renewed by `auth`. */
  session: Session;
  readonly subscriptions = new Map<string, Subscription>();
  /** Sends, by room: each begins when the one before it is enqueued or refused. */
  readonly sends = new KeyedQueue();
  /** Subscribes and unsubscribes, by room, one after another. */
  readonly subscribes = new KeyedQueue();
  readonly answers = new Slots(SUBSCRIBES_AT_ONCE);
  readonly sendOrder = new SendOrder();
  readonly sendBucket: TokenBucket;
  readonly flood: FloodGuard;
  readonly typing = new TypingPace();

  readonly #onRenewed: (session: Session) => void;
  #closed = false;

  constructor(connection: Connection, { user, session, sendBucket, flood, onRenewed }: OpenSessionOptions) {
    this.connection = connection;
    this.userId = user.id;
    this.role = user.role;
    this.session = session;
    this.sendBucket = sendBucket;
    this.flood = flood;
    this.#onRenewed = onRenewed;
  }

  get sessionId(): string {
    return this.session.sessionId;
  }

  /** The person has shown a newer token. */
  renew(session: Session): void {
    this.session = session;
    this.#onRenewed(session);
  }

  write(frame: Buffer): void {
    this.connection.write(frame);
  }

  answer(frame: Buffer): void {
    this.connection.answer(frame);
  }

  close(reason: CloseReason): void {
    this.connection.close(reason);
  }

  subscribed(roomId: string): boolean {
    return this.subscriptions.get(roomId)?.phase === 'live';
  }

  /** Whether another room may be subscribed to. */
  mayListenMore(): boolean {
    if (this.subscriptions.size < LIMITS.subscriptions) return true;
    for (const [roomId, { phase }] of this.subscriptions) if (phase === 'ended') this.subscriptions.delete(roomId);
    return this.subscriptions.size < LIMITS.subscriptions;
  }

  /** Keeps a subscription; one that was answered after the socket closed ends at once. */
  listen(roomId: string, subscription: Subscription, registry: Pick<RoomRegistry, 'end'>): void {
    if (this.#closed) registry.end(roomId, subscription);
    else this.subscriptions.set(roomId, subscription);
  }

  /** Something was refused for coming too fast; who goes on like that is closed. */
  tooFast(): void {
    if (this.flood.refused(performance.now())) this.close(CLOSE.rateLimited);
  }

  /** The socket is gone. */
  end(registry: Pick<RoomRegistry, 'end'>): void {
    this.#closed = true;
    for (const [roomId, subscription] of this.subscriptions) registry.end(roomId, subscription);
    this.subscriptions.clear();
  }
}
