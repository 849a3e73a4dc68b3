import type { History, Message, SubscribeAck } from '@brook/common/contracts';

/** What a step did to the log. */
export interface LogChange {
  /** Messages that this client did not hold and that are no old history; ascending seq within one step. */
  added: Message[];
  /** Whether anything that one can see has changed. */
  changed: boolean;
}

const NOTHING: LogChange = { added: [], changed: false };

/** What a client kept of a room when it was last there: its newest messages, without a hole, and the cursor that fits them. */
export interface RememberedRoom {
  messages: readonly Message[];
  /** Every change up to this rev is in the messages. */
  rev: number;
  lastSeq: number;
  /** The era of the database that the rev counts in. */
  era: string;
}

/** Above this many messages, besides those that were asked for, a live log lets go of its oldest, down to `KEEP`. */
const TRIM_ABOVE = 2_000;
const KEEP = 1_000;

/**
 * The messages of one room as a client knows them: an unbroken run of seqs up to the newest, each in its latest known
 * state. Pure: it neither waits nor asks.
 *
 * Two numbers guide it. `since` is the cursor: every change up to it is in the log, so a resume may start there.
 * Changes above it that have arrived already are remembered in `#ahead`; while some rev between is missing there is a
 * gap. A rev may be absent for good, when a later change of the same message replaced it, so a gap alone is no loss:
 * it only tells to ask again from `since`. A message is replaced by its higher rev only, so replays and changes that
 * come out of order do no harm.
 */
export class MessageLog {
  #messages: readonly Message[] = [];
  #since: number | null = null;
  #lastSeq = 0;
  /** The lowest seq that the log covers; what is older is not held here. */
  #floor = 1;
  /** How many messages were asked for as older ones: somebody reads there, and new ones do not push them out. */
  #older = 0;
  readonly #ahead = new Set<number>();
  /** Changes of messages older than the log, kept while an older page is on its way. */
  #strays: Map<number, Message> | null = null;
  #generation = 0;

  /** Ascending seq. A new array after each change, never altered in place. */
  get messages(): readonly Message[] {
    return this.#messages;
  }

  /** The rev to resume from; null before the first snapshot, or once the cursor is void. */
  get since(): number | null {
    return this.#since;
  }

  /** Seq of the room's newest message, 0 where there is none. */
  get lastSeq(): number {
    return this.#lastSeq;
  }

  get hasGap(): boolean {
    return this.#ahead.size > 0;
  }

  /** Whether the room has messages older than those held here. */
  get hasOlder(): boolean {
    return this.#floor > 1;
  }

  /** Begins with what an earlier run remembered, so that the first subscribe is a resume. Only before any answer. */
  remember({ messages, rev, lastSeq }: RememberedRoom): void {
    if (this.#generation > 0 || messages.length === 0) return;
    this.#restart(messages[0]?.seq ?? 1);
    this.#messages = messages;
    this.#lastSeq = lastSeq;
    this.#since = rev;
  }

  /** The database was restored: what the cursor counts no longer exists, and the next answer is to be a snapshot. */
  voidCursor(): void {
    this.#since = null;
    this.#ahead.clear();
  }

  /** Takes the answer to a subscribe. The first snapshot adds nothing "new": it is history. */
  answered(ack: Pick<SubscribeAck, 'mode' | 'messages' | 'lastSeq' | 'lastRev'>): LogChange {
    const known = this.#generation === 0 ? Number.POSITIVE_INFINITY : this.#lastSeq;
    const bySeq = [...ack.messages].sort((a, b) => a.seq - b.seq);
    if (ack.mode === 'snapshot') this.#restart(bySeq[0]?.seq ?? 1);
    const { inserted } = this.#upsert(bySeq);
    this.#lastSeq = Math.max(this.#lastSeq, ack.lastSeq);
    this.#advance(ack.lastRev);
    this.#trim();
    return { added: ack.mode === 'snapshot' ? inserted.filter((message) => message.seq > known) : inserted, changed: true };
  }

  /** Takes one live change. A rev that is known already changes nothing. */
  changed(rev: number, message: Message): LogChange {
    if (this.#since === null || rev <= this.#since || this.#ahead.has(rev)) return NOTHING;
    this.#lastSeq = Math.max(this.#lastSeq, message.seq);
    const { inserted, changed } = this.#upsert([message]);
    this.#ahead.add(rev);
    this.#advance(this.#since);
    this.#trim();
    return { added: inserted, changed };
  }

  /** Call before asking for an older page; give the result to `olderArrived`. */
  olderWanted(): { before: number; generation: number } | null {
    if (!this.hasOlder) return null;
    this.#strays ??= new Map();
    return { before: this.#floor, generation: this.#generation };
  }

  /** Puts an older page before the log. One that was asked for before a snapshot no longer fits, and is dropped. */
  olderArrived(wanted: { before: number; generation: number }, page: History): LogChange {
    const strays = this.#strays;
    this.#strays = null;
    if (wanted.generation !== this.#generation || wanted.before !== this.#floor) return NOTHING;
    const fresh = page.items.filter((message) => message.seq < wanted.before);
    const latest = fresh.map((message) => {
      const stray = strays?.get(message.seq);
      return stray && stray.rev > message.rev ? stray : message;
    });
    this.#messages = [...latest, ...this.#messages];
    this.#floor = latest[0]?.seq ?? 1;
    this.#older += latest.length;
    return { added: [], changed: true };
  }

  /** The page did not come. */
  olderFailed(): void {
    this.#strays = null;
  }

  #advance(rev: number): void {
    let since = Math.max(this.#since ?? 0, rev);
    while (this.#ahead.delete(since + 1)) since++;
    for (const known of this.#ahead) if (known <= since) this.#ahead.delete(known);
    this.#since = since;
  }

  #restart(floor: number): void {
    this.#messages = [];
    this.#floor = floor;
    this.#older = 0;
    this.#ahead.clear();
    this.#lastSeq = 0;
    this.#since = 0;
    this.#generation++;
  }

  #upsert(incoming: readonly Message[]): { inserted: Message[]; changed: boolean } {
    const next = [...this.#messages];
    const inserted: Message[] = [];
    let changed = false;
    for (const message of incoming) {
      if (message.seq < this.#floor) {
        this.#stray(message);
        continue;
      }
      const index = placeOf(next, message.seq);
      const known = next[index];
      if (known?.seq === message.seq && known.rev >= message.rev) continue;
      if (known?.seq !== message.seq) inserted.push(message);
      next.splice(index, known?.seq === message.seq ? 1 : 0, message);
      changed = true;
    }
    if (changed) this.#messages = next;
    return { inserted, changed };
  }

  #stray(message: Message): void {
    const known = this.#strays?.get(message.seq);
    if (!known || message.rev > known.rev) this.#strays?.set(message.seq, message);
  }

  #trim(): void {
    if (this.#messages.length <= TRIM_ABOVE + this.#older) return;
    this.#messages = this.#messages.slice(-KEEP - this.#older);
    this.#floor = this.#messages[0]?.seq ?? this.#floor;
  }
}

/** Index at which `seq` stands, or would have to be put. */
function placeOf(messages: readonly Message[], seq: number): number {
  let low = 0;
  let high = messages.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((messages[middle]?.seq ?? 0) < seq) low = middle + 1;
    else high = middle;
  }
  return low;
}
