import type { History, Message } from '@brook/common/contracts';
import { Emitter } from '../emitter.js';
import { toBrookError } from '../errors.js';
import type { HistoryOptions, RoomsApi } from '../rest/rooms-api.js';
import { KnownMessages } from './known-messages.js';

/** A place in a room's history: around a message, at the first message from a time on, or at the first unread one. */
export type HistoryPlace = { seq: number } | { at: Date | string } | 'unread';

export interface HistoryWindowOptions {
  roomId: string;
  rooms: Pick<RoomsApi, 'history'>;
  /** Called when nobody looks through the window any more. */
  closed: (window: HistoryWindow) => void;
}

export interface HistoryWindowEvents {
  /** `messages`, `hasOlder`, `hasNewer` or `loading` is another now. */
  change: undefined;
}

const PAGE_MAX = 100;

/**
 * A stretch of a room's history away from its newest messages: an unbroken run of seqs that can grow at both ends. While it
 * is open, edits, deletions and reactions reach it like the subscription it belongs to.
 */
export class HistoryWindow extends Emitter<HistoryWindowEvents> {
  readonly #options: HistoryWindowOptions;
  readonly #known = new KnownMessages();
  #messages: readonly Message[] = [];
  #floor = 1;
  #top = 0;
  #lastSeq = 0;
  #anchor: number | null = null;
  #loading: Promise<void> | null = null;

  constructor(options: HistoryWindowOptions) {
    super();
    this.#options = options;
  }

  /** Ascending seq; a new array after each change. */
  get messages(): readonly Message[] {
    return this.#messages;
  }

  /** The seq that was looked for; null where there is none, and the window shows the room's end. */
  get anchor(): number | null {
    return this.#anchor;
  }

  get hasOlder(): boolean {
    return this.#floor > 1;
  }

  /** Whether the room goes on behind the window; else it is the room's end, and new messages appear in it. */
  get hasNewer(): boolean {
    return this.#top < this.#lastSeq;
  }

  get loading(): boolean {
    return this.#loading !== null;
  }

  /** Loads a page before the window; one load at a time, others join it. */
  loadOlder(limit = 50): Promise<void> {
    return this.#load(async () => {
      if (!this.hasOlder) return;
      const page = await this.#read({ before: this.#floor, limit });
      this.#floor = page.items[0]?.seq ?? 1;
    });
  }

  /** Loads a page behind the window; one load at a time, others join it. */
  loadNewer(limit = 50): Promise<void> {
    return this.#load(async () => {
      const page = await this.#read({ after: this.#top, limit });
      this.#top = page.items.at(-1)?.seq ?? this.#top;
    });
  }

  /** Lets go: changes reach it no more. */
  close(): void {
    this.#options.closed(this);
    this.silence();
  }

  /** For the subscription: opens the window at its place. */
  open(place: HistoryPlace, limit: number): Promise<void> {
    return this.#load(async () => {
      const page = await this.#read({ ...queryOf(place), limit });
      this.#anchor = place !== 'unread' && 'seq' in place ? place.seq : (page.anchor ?? null);
      this.#floor = page.items[0]?.seq ?? 1;
      this.#top = page.items.at(-1)?.seq ?? 0;
    });
  }

  /** For the subscription: a message has arrived in a newer state, and the room is at least that long. */
  changed(message: Message): void {
    const atEnd = !this.hasNewer;
    this.#lastSeq = Math.max(this.#lastSeq, message.seq);
    const inside = message.seq >= this.#floor && message.seq <= this.#top;
    // While a page is on its way it may hold this message in an older state.
    if (!inside && !(atEnd && message.seq === this.#top + 1) && this.#loading === null) return;
    const fresh = this.#known.take(message);
    if (this.#loading !== null) return;
    this.#follow();
    if (fresh) this.#show();
  }

  /** For the subscription: changes may have been missed, so what is shown is read again. */
  refresh(): Promise<void> {
    return this.#load(async () => {
      this.#known.keepOnly(this.#floor, this.#top);
      for (let after = this.#floor - 1; after < this.#top; ) {
        const { items } = await this.#read({ after, limit: Math.min(PAGE_MAX, this.#top - after) });
        const last = items.at(-1);
        if (!last) return;
        after = last.seq;
      }
    });
  }

  #load(work: () => Promise<void>): Promise<void> {
    this.#loading ??= work()
      .catch((error: unknown) => {
        throw toBrookError(error);
      })
      .finally(() => {
        this.#loading = null;
        this.#follow();
        this.#show();
      });
    return this.#loading;
  }

  async #read(query: HistoryOptions): Promise<History> {
    const page = await this.#options.rooms.history(this.#options.roomId, query);
    for (const message of page.items) this.#known.take(message);
    this.#lastSeq = Math.max(this.#lastSeq, page.lastSeq);
    return page;
  }

  /** New messages that follow on belong to the window; any other is behind a gap. */
  #follow(): void {
    while (this.#known.has(this.#top + 1)) this.#top++;
  }

  #show(): void {
    const shown: Message[] = [];
    for (let seq = this.#floor; seq <= this.#top; seq++) {
      const message = this.#known.get(seq);
      if (message) shown.push(message);
    }
    this.#messages = shown;
    this.emit('change', undefined);
  }
}

function queryOf(place: HistoryPlace): HistoryOptions {
  if (place === 'unread') return { unread: true };
  return 'seq' in place ? { around: place.seq } : { at: place.at };
}
