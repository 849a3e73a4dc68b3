import { type ConversationMoved, MESSAGE_EVENTS, type Message } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { InternalClient } from '@brook/common/http';
import type { Logger } from '@brook/common/logging';
import { FencedError, type HeldLease, type RawEntry, toFields } from '@brook/common/streams';
import { stateOf } from '../domain/conversation.js';
import { applyEvents, type Head, type HeadEvent, type OwnMessage } from '../domain/heads.js';
import type { HeadRepository, HeadUpdate } from '../repositories/head-repository.js';
import { pullMissed } from './missed-messages.js';

/*
 * Heads and senders' own read markers of one partition, while its lease is held.
 *
 *   gather    events wait up to FLUSH_MS, so that a busy room costs one row a flush
 *   fold      per room, onto the head that is stored: older events drop, the next ones apply, a hole marks the room
 *   store     all rooms of the flush in one statement that checks the lease
 *   pull      rooms with a hole, and those that a sweep found to differ, are asked of the messages service
 *
 * Whatever fails leaves the stored head where it is, and the room marked: the next pull from there covers it all.
 */

const FLUSH_MS = 500;
const RETRY_MS = 1_000;
/** Events past which the stream's reader waits for a flush. */
const WAITING_MAX = 5_000;
const PULLS_AT_ONCE = 4;

const MESSAGE_TYPES: ReadonlySet<string> = new Set(MESSAGE_EVENTS);

type Own = OwnMessage & { roomId: string };

export interface HeadProjectionOptions {
  lease: HeldLease;
  heads: HeadRepository;
  messages: InternalClient;
  /** Support rooms have new messages, and their heads are stored. */
  onConversations: (moved: ConversationMoved[]) => void;
  logger: Logger;
}

export class HeadProjection {
  readonly #options: HeadProjectionOptions;
  #events = new Map<string, HeadEvent[]>();
  #behind = new Set<string>();
  #waiting = 0;
  #timer: NodeJS.Timeout | undefined;
  #flushing: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: HeadProjectionOptions) {
    this.#options = options;
  }

  /** Takes entries of the event stream; others than message events are left out. A promise asks the reader to wait. */
  add(entries: RawEntry[]): void | Promise<void> {
    for (const [, flat] of entries) {
      const { type = '', room = '', rev, seq, sender, message: json = '' } = toFields(flat);
      if (!MESSAGE_TYPES.has(type)) continue;
      const arrived = this.#events.get(room) ?? [];
      arrived.push({ rev: Number(rev), seq: Number(seq), senderId: sender ?? (JSON.parse(json) as Message).sender.id, json });
      this.#events.set(room, arrived);
      this.#waiting++;
    }
    if (this.#waiting > WAITING_MAX) return this.flush();
    if (this.#waiting > 0) this.#schedule(FLUSH_MS);
  }

  /** Whether events of the room wait: its stored head is known to be behind. */
  awaits(roomId: string): boolean {
    return this.#events.has(roomId) || this.#behind.has(roomId);
  }

  /** Asks the messages service for what these rooms lack. */
  pull(roomIds: string[]): void {
    for (const roomId of roomIds) this.#behind.add(roomId);
    if (roomIds.length > 0) this.#schedule(0);
  }

  /** Stores what has gathered, in turn. Never rejects. */
  flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#flushing = this.#flushing.then(() => this.#flush());
    return this.#flushing;
  }

  /** Stores what has gathered and takes no more. */
  async stop(): Promise<void> {
    const last = this.flush();
    this.#stopped = true;
    clearTimeout(this.#timer);
    await last;
  }

  #schedule(delay: number): void {
    if (this.#stopped) return;
    this.#timer ??= setTimeout(() => void this.flush(), delay);
  }

  async #flush(): Promise<void> {
    const events = this.#events;
    const behind = this.#behind;
    this.#events = new Map();
    this.#behind = new Set();
    this.#waiting = 0;
    const roomIds = [...new Set([...events.keys(), ...behind])];
    if (roomIds.length === 0) return;
    try {
      await this.#project(events, behind, roomIds);
    } catch (err) {
      this.#failed(err, roomIds);
    }
  }

  #failed(err: unknown, roomIds: string[]): void {
    // The owner of the lease is told by the commands, too; nothing more is to be written here.
    if (err instanceof FencedError) this.#stopped = true;
    this.#options.logger.warn({ err, partition: this.#options.lease.partition }, 'heads could not be stored');
    for (const roomId of roomIds) this.#behind.add(roomId);
    this.#schedule(RETRY_MS);
  }

  async #project(events: Map<string, HeadEvent[]>, behind: Set<string>, roomIds: string[]): Promise<void> {
    const { heads } = this.#options;
    const stored = await heads.find(roomIds);
    const updates: HeadUpdate[] = [];
    const own: Own[] = [];
    const lacking: [string, Head][] = [];
    for (const [roomId, before] of stored) {
      const { head, own: written, hole } = applyEvents(before, events.get(roomId) ?? []);
      if (head !== before) updates.push({ ...head, roomId, reset: false });
      own.push(...written.map((message) => ({ ...message, roomId })));
      if (hole || behind.has(roomId)) lacking.push([roomId, head]);
    }
    await this.#store(updates, own);
    while (lacking.length > 0 && !this.#stopped) await this.#heal(lacking.splice(0, PULLS_AT_ONCE));
  }

  /** A room that cannot be asked for now stays marked; the others go on. */
  async #heal(rooms: [string, Head][]): Promise<void> {
    const { messages } = this.#options;
    const updates: HeadUpdate[] = [];
    const own: Own[] = [];
    await Promise.all(
      rooms.map(async ([roomId, head]) => {
        try {
          const pulled = await pullMissed(messages, roomId, head);
          updates.push({ ...pulled.head, roomId, reset: pulled.head.lastRev < head.lastRev });
          own.push(...pulled.own.map((message) => ({ ...message, roomId })));
        } catch (err) {
          // A room without any message, or one that is being purged.
          if (err instanceof AppError && err.code === 'not_found') return;
          this.#failed(err, [roomId]);
        }
      }),
    );
    await this.#store(updates, own);
  }

  async #store(updates: HeadUpdate[], own: Own[]): Promise<void> {
    const { heads, lease, onConversations } = this.#options;
    if (updates.length === 0) return;
    const conversations = await heads.store(lease, updates, own);
    if (conversations.length === 0) return;
    const seqs = new Map(updates.map(({ roomId, lastSeq }) => [roomId, lastSeq]));
    onConversations(conversations.map(({ roomId, closedSeq }) => ({ roomId, state: stateOf(closedSeq, seqs.get(roomId) ?? 0) })));
  }
}
