import type { Message, ServerEvent } from '@brook/common/contracts';
import { fullJitter } from '../backoff.js';
import { Emitter } from '../emitter.js';
import { BrookError, toBrookError } from '../errors.js';
import type { Timing } from '../options.js';
import type { RoomsApi } from '../rest/rooms-api.js';
import type { Connection } from '../socket/connection.js';
import type { Ack } from '../socket/pending-answers.js';
import type { HistoryPlace, HistoryWindow } from './history-window.js';
import { HistoryWindows } from './history-windows.js';
import { MessageLog, type RememberedRoom } from './message-log.js';
import { Quotes } from './quotes.js';
import type { SubscriptionEvents, SubscriptionState } from './subscription-events.js';

export interface SubscriptionOptions {
  roomId: string;
  connection: Connection;
  rooms: RoomsApi;
  timing: Timing;
  /** What an earlier run kept of the room; shown at once, then brought up to date. */
  remembered?: RememberedRoom | undefined;
  /** Called with messages that are in the log now. */
  seen: (messages: readonly Message[]) => void;
  /** Called when the last holder let go. */
  released: () => void;
}

const NOBODY: ReadonlySet<string> = new Set();
const RETRY = { baseMs: 300, capMs: 10_000 };

/**
 * One room, kept true: snapshot, then live changes; after a break it resumes where it was, and a hole that the server
 * does not close is closed by subscribing again from before it.
 */
export class Subscription extends Emitter<SubscriptionEvents> {
  readonly roomId: string;
  readonly #options: SubscriptionOptions;
  readonly #log = new MessageLog();
  #state: SubscriptionState = { status: 'loading' };
  #online: ReadonlySet<string> = NOBODY;
  #era: string | null = null;
  #holders = 0;
  /** Raised at each subscribe, so that the answer to an earlier one is not taken for the latest. */
  #ask = 0;
  /** Asked already on a connection whose welcome is not there yet. */
  #early = false;
  #attempt = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #gapTimer: ReturnType<typeof setTimeout> | undefined;
  #loadingOlder: Promise<void> | null = null;
  readonly #quotes: Quotes;
  readonly #windows: HistoryWindows;

  constructor(options: SubscriptionOptions) {
    super();
    this.roomId = options.roomId;
    this.#options = options;
    const { roomId, rooms } = options;
    this.#quotes = new Quotes({ roomId, rooms, changed: () => this.emit('change', undefined) });
    this.#windows = new HistoryWindows({ roomId, rooms });
    if (!options.remembered || options.remembered.messages.length === 0) return;
    this.#log.remember(options.remembered);
    this.#era = options.remembered.era;
    this.#state = { status: 'stale' };
  }

  /** What is worth keeping for the next run: the newest `count` messages; null while there is no sure cursor. */
  memory(count = 50): RememberedRoom | null {
    const { since, messages, lastSeq } = this.#log;
    if (since === null || this.#era === null || messages.length === 0 || this.#state.status !== 'live') return null;
    return { messages: messages.slice(-count), rev: since, lastSeq, era: this.#era };
  }

  /** The room's messages that this client holds, ascending by seq; a new array after each change. */
  get messages(): readonly Message[] {
    return this.#log.messages;
  }

  /** Seq of the room's newest message. */
  get lastSeq(): number {
    return this.#log.lastSeq;
  }

  /** The rev up to which this client knows every change; null before the first snapshot. */
  get rev(): number | null {
    return this.#log.since;
  }

  get state(): SubscriptionState {
    return this.#state;
  }

  /** Ids of the people known to be online; a new set after each change. Very large rooms tell only a number, as an event. */
  get online(): ReadonlySet<string> {
    return this.#online;
  }

  /** Whether there are older messages to load. */
  get hasOlder(): boolean {
    return this.#log.hasOlder;
  }

  get loadingOlder(): boolean {
    return this.#loadingOlder !== null;
  }

  /** Resolves once the room is live; rejects when it is refused or closed before. */
  ready(): Promise<void> {
    return new Promise((resolve, reject) => {
      const settle = (): boolean => {
        if (this.#state.status === 'live') resolve();
        else if (this.#state.status === 'refused') reject(this.#state.error);
        else if (this.#state.status === 'closed') reject(new BrookError('closed', 'The subscription was closed'));
        else return false;
        return true;
      };
      if (settle()) return;
      const off = this.on('change', () => settle() && off());
    });
  }

  /** Loads one page of older messages before those held; calls at the same time share it. */
  loadOlder(limit = 50): Promise<void> {
    this.#loadingOlder ??= this.#loadOlder(limit).finally(() => {
      this.#loadingOlder = null;
      this.emit('change', undefined);
    });
    return this.#loadingOlder;
  }

  /**
   * The message that another one answers, wherever in the room it stands, for a preview: undefined while it is being fetched
   * (a `change` follows), null where it cannot be had.
   */
  quoted(seq: number): Message | null | undefined {
    return this.#log.messages.find((message) => message.seq === seq) ?? this.#quotes.get(seq);
  }

  /** Opens a window on another part of the room's history, kept true like `messages`. `close()` it when done. */
  jump(place: HistoryPlace, limit = 50): Promise<HistoryWindow> {
    return this.#windows.open(place, limit);
  }

  /** Lets go; when every holder has, the server is told and events end. */
  close(): void {
    if (this.#holders === 0) return;
    this.#holders--;
    if (this.#holders === 0) this.#options.released();
  }

  /** For the client: one more holder. */
  hold(): this {
    this.#holders++;
    return this;
  }

  /** For the client: whether somebody holds it. */
  get held(): boolean {
    return this.#holders > 0;
  }

  /**
   * For the client: the connection is there, or the room was taken up again. Without an `era` only hello was said: asks right
   * behind it, and trusts that the cursor's era still holds; if not, that answer is void.
   */
  start(era?: string): void {
    const isOther = era !== undefined && this.#era !== null && this.#era !== era;
    const asked = this.#early && !isOther;
    if (isOther) this.#log.voidCursor();
    this.#era = era ?? this.#era;
    this.#early = era === undefined;
    if (asked) return;
    this.#attempt = 0;
    this.#subscribe();
  }

  /** For the client: the connection is gone, or the room is put aside for later. */
  pause(): void {
    this.#stopTimers();
    this.#ask++;
    this.#early = false;
    if (this.#state.status === 'live') this.#to({ status: 'stale' });
  }

  /** For the client: nobody will use it again. */
  end(): void {
    this.#stopTimers();
    this.#ask++;
    this.#to({ status: 'closed' });
    this.silence();
  }

  /** For the client: an event of this room has arrived. */
  handle(event: Extract<ServerEvent, { roomId: string }>): void {
    switch (event.type) {
      case 'message.created':
      case 'message.updated':
      case 'message.deleted':
        this.#options.seen([event.message]);
        this.#pass([event.message]);
        return this.#announce(this.#log.changed(event.rev, event.message));
      case 'presence':
        this.#noteOnline(event.userId, event.online);
        return this.emit('event', event);
      default:
        return this.emit('event', event);
    }
  }

  #noteOnline(userId: string, online: boolean): void {
    if (this.#online.has(userId) === online) return;
    const next = new Set(this.#online);
    if (online) next.add(userId);
    else next.delete(userId);
    this.#online = next;
    this.emit('change', undefined);
  }

  #subscribe(): void {
    const ask = ++this.#ask;
    this.#stopTimers();
    const since = this.#log.since;
    const question = { type: 'room.subscribe' as const, roomId: this.roomId, ...(since === null ? {} : { since }) };
    this.#options.connection.askEarly(question, {
      ok: (ack) => {
        if (ask === this.#ask) this.#answered(ack);
      },
      fail: (error) => {
        if (ask === this.#ask) this.#failed(error);
      },
    });
  }

  #answered(ack: Ack): void {
    if (!('mode' in ack)) return this.#failed(new BrookError('internal', 'The answer to a subscribe was no snapshot'));
    this.#attempt = 0;
    this.#state = { status: 'live', source: ack.source };
    // Who is online is told anew after each subscribe.
    this.#online = NOBODY;
    if (ack.mode === 'snapshot') this.#distrust();
    this.#pass(ack.messages);
    const change = this.#log.answered(ack);
    this.#options.seen(this.#log.messages);
    this.#announce(change);
  }

  /** Quotes and windows hold messages that the log does not. */
  #pass(messages: readonly Message[]): void {
    for (const message of messages) {
      this.#quotes.changed(message);
      this.#windows.changed(message);
    }
  }

  /** A snapshot tells nothing of what changed before its oldest message. */
  #distrust(): void {
    this.#quotes.forget();
    this.#windows.refresh();
  }

  #failed(error: BrookError): void {
    // A lost connection starts the subscription again when it is back.
    if (error.code === 'disconnected') return this.pause();
    if (!error.retryable) return this.#to({ status: 'refused', error });
    const ms = (error.retryAfterMs ?? 0) + fullJitter(this.#attempt++, RETRY);
    this.#timer = setTimeout(() => this.#subscribe(), ms);
  }

  #announce(change: { added: Message[]; changed: boolean }): void {
    this.#watchGap();
    for (const message of change.added) this.emit('message', message);
    if (change.changed) this.emit('change', undefined);
  }

  #watchGap(): void {
    if (!this.#log.hasGap) {
      clearTimeout(this.#gapTimer);
      this.#gapTimer = undefined;
    } else {
      this.#gapTimer ??= setTimeout(() => this.#subscribe(), this.#options.timing.gapMs);
    }
  }

  async #loadOlder(limit: number): Promise<void> {
    const wanted = this.#log.olderWanted();
    if (!wanted) return;
    this.emit('change', undefined);
    try {
      const page = await this.#options.rooms.history(this.roomId, { before: wanted.before, limit });
      this.#log.olderArrived(wanted, page);
    } catch (error) {
      this.#log.olderFailed();
      throw toBrookError(error);
    }
  }

  #stopTimers(): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#gapTimer);
    this.#gapTimer = undefined;
  }

  #to(state: SubscriptionState): void {
    this.#state = state;
    this.emit('change', undefined);
  }
}
