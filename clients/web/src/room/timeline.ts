import type { Message, Profile } from '@brook/common/contracts';
import type { OutboxEntry } from '@brook/sdk';

/** Somebody came or went while this page was open. */
export interface Note {
  id: string;
  kind: 'joined' | 'left';
  user: Profile;
  /** Seq of the room's newest message at that moment. */
  afterSeq: number;
  /** Unix time in milliseconds. */
  at: number;
}

/** What stands above a row: a new day, and where what is unread begins. */
interface Above {
  key: string;
  day: Date | null;
  unread: boolean;
}

/** One row of a conversation. `compact`: the same person goes on within the minute, so name and picture are not repeated. */
export type TimelineItem = Above &
  (
    | { kind: 'beginning' }
    | { kind: 'note'; note: Note }
    | { kind: 'message'; message: Message; compact: boolean }
    | { kind: 'pending'; entry: OutboxEntry; compact: boolean }
  );

export interface TimelineSource {
  messages: readonly Message[];
  pending: readonly OutboxEntry[];
  notes: readonly Note[];
  /** Messages above this seq are new to the person; null draws no line. */
  readUpTo: number | null;
  me: string;
  /** Whether the room's first message is among them. */
  whole: boolean;
}

/** Messages of one person within this time belong together, as long as they are of the same day. */
const GROUP_MS = 5 * 60_000;

const dayOf = (date: Date): string => `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;

/** Reading a date costs more than all else here, and a message's never changes. */
const dates = new WeakMap<Message, Date>();

function dateOf(message: Message): Date {
  const known = dates.get(message);
  if (known) return known;
  const date = new Date(message.createdAt);
  dates.set(message, date);
  return date;
}

/**
 * Puts messages, unsent messages and notes in order. Day and unread lines belong to the row below them, so that every
 * row has a key of its own that stays when older pages come.
 */
export function timeline(source: TimelineSource): TimelineItem[] {
  const { messages, pending, notes, readUpTo, me, whole } = source;
  const rows = new Rows();
  const firstUnread =
    readUpTo === null ? undefined : messages.find((message) => message.seq > readUpTo && message.sender.id !== me);
  const drawn = readUpTo !== null && (whole || (messages[0]?.seq ?? 0) <= readUpTo) ? firstUnread : undefined;
  if (whole) rows.items.push({ kind: 'beginning', key: 'beginning', day: null, unread: false });

  const waiting = [...notes];
  const notesUpTo = (seq: number) => {
    while (waiting[0] && waiting[0].afterSeq <= seq) {
      const note = waiting.shift() as Note;
      rows.items.push({ kind: 'note', key: note.id, note, ...rows.above(new Date(note.at)) });
      rows.breakGroup();
    }
  };
  notesUpTo((messages[0]?.seq ?? 1) - 1);
  for (const message of messages) {
    const above = rows.above(dateOf(message), message === drawn);
    // The key is the client's id, so that a message keeps its place on the screen when it has been stored.
    const compact = rows.follows(message.sender.id, dateOf(message), message.replyTo === null);
    rows.items.push({ kind: 'message', key: message.clientId, message, compact, ...above });
    notesUpTo(message.seq);
  }
  notesUpTo(Number.POSITIVE_INFINITY);

  const shown = new Set(messages.slice(-200).flatMap((message) => (message.sender.id === me ? [message.clientId] : [])));
  for (const entry of pending) {
    if (shown.has(entry.clientId)) continue;
    const at = new Date(entry.createdAt);
    const above = rows.above(at);
    const compact = rows.follows(me, at, entry.replyTo === null);
    rows.items.push({ kind: 'pending', key: entry.clientId, entry, compact, ...above });
  }
  return rows.items;
}

/** Rows in the making: what day it is, and who spoke last. */
class Rows {
  readonly items: TimelineItem[] = [];
  #day = '';
  #last: { sender: string; at: number } | null = null;

  above(at: Date, unread = false): Pick<Above, 'day' | 'unread'> {
    const day = dayOf(at);
    const begins = day !== this.#day;
    this.#day = day;
    if (begins || unread) this.#last = null;
    return { day: begins ? at : null, unread };
  }

  breakGroup(): void {
    this.#last = null;
  }

  /** A reply begins a group of its own, for what it answers stands above its name. */
  follows(sender: string, at: Date, joins: boolean): boolean {
    const compact = joins && this.#last?.sender === sender && at.getTime() - this.#last.at < GROUP_MS;
    this.#last = { sender, at: compact && this.#last ? this.#last.at : at.getTime() };
    return compact;
  }
}
