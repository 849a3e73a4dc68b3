import type { Message } from '@brook/common/contracts';
import { Emitter } from '../emitter.js';
import { BrookError } from '../errors.js';
import { newId } from '../ids.js';
import type { Connection } from '../socket/connection.js';
import type { Ack } from '../socket/pending-answers.js';
import type { BrookStorage, StoredSend } from '../storage/storage.js';
import { type OutboxEntry, RoomQueue } from './room-queue.js';

export interface SendOptions {
  /** Seq of the message that this one answers. */
  replyTo?: number | null;
  /** The client's id of the message; chosen by the SDK where absent. The same id again is the same message. */
  clientId?: string;
}

export interface OutboxEvents {
  /** The entries of this room are others now. */
  change: string;
}

export interface OutboxOptions {
  connection: Pick<Connection, 'on' | 'online' | 'ask' | 'resync'>;
  /** One that does not reject. */
  storage: BrookStorage;
  /** Whether a stored message is still to arrive in a room that somebody watches. */
  awaited: (message: Message) => boolean;
  /** Milliseconds of a clock that never goes back. */
  now?: () => number;
}

interface Promised {
  resolve: (message: Message) => void;
  reject: (error: BrookError) => void;
}

const NONE: readonly OutboxEntry[] = [];

/** Messages on their way: written down first, then sent in order until the server has stored or refused them. */
export class Outbox extends Emitter<OutboxEvents> {
  readonly #options: OutboxOptions;
  readonly #now: () => number;
  readonly #queues = new Map<string, RoomQueue>();
  readonly #promised = new Map<string, Promised>();
  readonly #views = new Map<string, readonly OutboxEntry[]>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();
  #userId: string | null = null;
  #loaded: Promise<void> = Promise.resolve();
  #lastOrder = 0;

  constructor(options: OutboxOptions) {
    super();
    this.#options = options;
    this.#now = options.now ?? (() => performance.now());
    options.connection.on('welcome', () => this.#pumpAll());
  }

  /** The room's entries in their order; the same array until they change. */
  entries(roomId: string): readonly OutboxEntry[] {
    let view = this.#views.get(roomId);
    if (!view) {
      const queue = this.#queues.get(roomId);
      view = !queue || queue.empty ? NONE : queue.entries;
      this.#views.set(roomId, view);
    }
    return view;
  }

  /** Whose messages these are. Loads what an earlier run left, and sends it; another person's entries are put away. */
  use(userId: string | null): void {
    if (userId === this.#userId) return;
    this.#userId = userId;
    this.#reset();
    this.#loaded = userId === null ? Promise.resolve() : this.#load(userId);
  }

  /** Resolves with the stored message; rejects when it is refused for good, and it then stays here as `failed`. */
  send(roomId: string, text: string, options: SendOptions = {}): Promise<Message> {
    const userId = this.#userId;
    if (userId === null) return Promise.reject(new BrookError('unauthenticated', 'Nobody is signed in'));
    const send: StoredSend = {
      clientId: (options.clientId ?? newId()).toLowerCase(),
      userId,
      roomId: roomId.toLowerCase(),
      text,
      replyTo: options.replyTo ?? null,
      createdAt: new Date().toISOString(),
      order: this.#nextOrder(),
      failed: null,
    };
    if (this.#queueOf(send.roomId).has(send.clientId)) {
      return Promise.reject(new BrookError('conflict', 'A message with this clientId is on its way'));
    }
    this.#queueOf(send.roomId).add(send, entryOf(send), false);
    const promise = this.#promise(send.clientId);
    this.#changed(send.roomId);
    void this.#store(send);
    return promise;
  }

  /** Sends a failed message again, behind those that wait. */
  retry(clientId: string): Promise<Message> {
    for (const [roomId, queue] of this.#queues) {
      const send = queue.again(clientId, this.#nextOrder());
      if (!send) continue;
      const promise = this.#promise(clientId);
      this.#changed(roomId);
      void this.#store(send);
      return promise;
    }
    return Promise.reject(new BrookError('not_found', 'There is no failed message with this clientId'));
  }

  /** Drops a failed message. Others cannot be dropped: they may be stored already. */
  discard(clientId: string): boolean {
    for (const [roomId, queue] of this.#queues) {
      if (queue.entries.find((entry) => entry.clientId === clientId)?.state !== 'failed') continue;
      this.#remove(roomId, clientId);
      return true;
    }
    return false;
  }

  /** Messages have come into a room's log: those that are one's own need not be shown here any more. */
  seen(messages: readonly Message[]): void {
    for (const message of messages) {
      if (message.sender.id !== this.#userId || !this.#queues.get(message.roomId)?.has(message.clientId)) continue;
      this.#settle(message.clientId)?.resolve(message);
      this.#remove(message.roomId, message.clientId);
      this.#pump(message.roomId);
    }
  }

  /** Forgets the person's entries, in the storage too. */
  async clear(): Promise<void> {
    const ids = [...this.#queues.values()].flatMap((queue) => queue.entries.map((entry) => entry.clientId));
    this.#reset();
    await Promise.all(ids.map((id) => this.#options.storage.deleteSend(id)));
  }

  /** Stops the timers. What is unsent stays in the storage; whoever waits for it is told `closed`. */
  stop(): void {
    this.#userId = null;
    this.#reset();
  }

  async #load(userId: string): Promise<void> {
    const sends = await this.#options.storage.loadSends(userId);
    if (userId !== this.#userId) return;
    for (const send of sends) {
      this.#lastOrder = Math.max(this.#lastOrder, send.order);
      const queue = this.#queueOf(send.roomId);
      if (!queue.has(send.clientId)) queue.add(send, entryOf(send), true);
    }
    for (const roomId of this.#queues.keys()) this.#changed(roomId);
    this.#pumpAll();
  }

  async #store(send: StoredSend): Promise<void> {
    await this.#loaded;
    await this.#options.storage.putSend(send);
    this.#queues.get(send.roomId)?.stored(send.clientId);
    this.#pump(send.roomId);
  }

  #pumpAll(): void {
    for (const roomId of this.#queues.keys()) this.#pump(roomId);
  }

  #pump(roomId: string): void {
    const queue = this.#queues.get(roomId);
    if (!queue || !this.#options.connection.online) return;
    // One reading for both: a timer may fire a little early, and whoever then found it too early to send, and a moment
    // later too late to wait, would never be called again.
    const now = this.#now();
    for (const send of queue.take(now)) this.#transmit(send);
    const wait = queue.heldUntil - now;
    clearTimeout(this.#timers.get(roomId));
    if (wait > 0)
      this.#timers.set(
        roomId,
        setTimeout(() => this.#pump(roomId), wait + 1),
      );
    if (queue.empty) this.#queues.delete(roomId);
  }

  #transmit({ roomId, clientId, text, replyTo }: StoredSend): void {
    const question = { type: 'message.send' as const, roomId, clientId, text, ...(replyTo === null ? {} : { replyTo }) };
    this.#options.connection.ask(question, {
      ok: (ack) => this.#acked(roomId, clientId, ack),
      fail: (error) => this.#refused(roomId, clientId, error),
    });
  }

  #acked(roomId: string, clientId: string, ack: Ack): void {
    const message = 'message' in ack ? ack.message : undefined;
    if (!message) return this.#refused(roomId, clientId, new BrookError('internal', 'The ack holds no message'));
    this.#settle(clientId)?.resolve(message);
    if (this.#queues.get(roomId)?.has(clientId)) {
      this.#queues.get(roomId)?.acked(clientId, message, this.#options.awaited(message));
      void this.#options.storage.deleteSend(clientId);
      this.#changed(roomId);
    }
    this.#pump(roomId);
  }

  #refused(roomId: string, clientId: string, error: BrookError): void {
    const queue = this.#queues.get(roomId);
    if (!queue) return;
    if (error.retryable) {
      if (queue.postponed(clientId, error, this.#now())) this.#options.connection.resync();
    } else {
      const send = queue.failed(clientId, error);
      if (send) void this.#options.storage.putSend(send);
      this.#settle(clientId)?.reject(error);
      this.#changed(roomId);
    }
    this.#pump(roomId);
  }

  #remove(roomId: string, clientId: string): void {
    this.#queues.get(roomId)?.remove(clientId);
    void this.#options.storage.deleteSend(clientId);
    this.#changed(roomId);
  }

  #reset(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    const rooms = [...this.#queues.keys()];
    this.#queues.clear();
    for (const roomId of rooms) this.#changed(roomId);
    for (const clientId of [...this.#promised.keys()]) {
      this.#settle(clientId)?.reject(new BrookError('closed', 'The client was closed before the message was stored'));
    }
  }

  #promise(clientId: string): Promise<Message> {
    return new Promise((resolve, reject) => this.#promised.set(clientId, { resolve, reject }));
  }

  #settle(clientId: string): Promised | undefined {
    const promised = this.#promised.get(clientId);
    this.#promised.delete(clientId);
    return promised;
  }

  #changed(roomId: string): void {
    this.#views.delete(roomId);
    this.emit('change', roomId);
  }

  #queueOf(roomId: string): RoomQueue {
    const queue = this.#queues.get(roomId) ?? new RoomQueue();
    this.#queues.set(roomId, queue);
    return queue;
  }

  #nextOrder(): number {
    this.#lastOrder = Math.max(Date.now(), this.#lastOrder + 1);
    return this.#lastOrder;
  }
}

function entryOf(send: StoredSend): OutboxEntry {
  const { clientId, roomId, text, replyTo, createdAt } = send;
  const entry = { clientId, roomId, text, replyTo, createdAt };
  if (!send.failed) return { ...entry, state: 'sending' };
  return { ...entry, state: 'failed', error: new BrookError(send.failed, 'Refused in an earlier run') };
}
