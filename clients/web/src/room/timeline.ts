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

/** One line of a conversation. `compact`: the same person goes on, so name and picture are not repeated. */
export type TimelineItem =
  | { kind: 'day'; key: string; date: Date }
  | { kind: 'unread'; key: string }
  | { kind: 'note'; key: string; note: Note }
  | { kind: 'message'; key: string; message: Message; compact: boolean }
  | { kind: 'pending'; key: string; entry: OutboxEntry; compact: boolean };

export interface TimelineSource {
  messages: readonly Message[];
  pending: readonly OutboxEntry[];
  notes: readonly Note[];
  /** Messages above this seq are new to the person; null draws no line. */
  readUpTo: number | null;
  me: string;
}

/** Messages of one person within this time belong together. */
const GROUP_MS = 5 * 60_000;

const dayOf = (date: Date): string => `${date.getFullYear()}-${date.getMonth()}-${date.getDate()}`;

/** Puts messages, unsent messages and notes in order, with a line at each new day and one before what is unread. */
export function timeline({ messages, pending, notes, readUpTo, me }: TimelineSource): TimelineItem[] {
  const items: TimelineItem[] = [];
  let day = '';
  let last: { sender: string; at: number } | null = null;
  const dated = (at: Date) => {
    if (dayOf(at) === day) return;
    day = dayOf(at);
    items.push({ kind: 'day', key: `day-${day}`, date: at });
    last = null;
  };
  const follows = (sender: string, at: number): boolean => {
    const compact = last?.sender === sender && at - last.at < GROUP_MS;
    last = { sender, at };
    return compact;
  };
  const waiting = [...notes];
  const notesUpTo = (seq: number) => {
    while (waiting[0] && waiting[0].afterSeq <= seq) {
      const note = waiting.shift() as Note;
      dated(new Date(note.at));
      items.push({ kind: 'note', key: note.id, note });
      last = null;
    }
  };

  notesUpTo((messages[0]?.seq ?? 1) - 1);
  messages.forEach((message, index) => {
    const at = new Date(message.createdAt);
    dated(at);
    const previous = messages[index - 1];
    if (readUpTo !== null && message.seq > readUpTo && previous && previous.seq <= readUpTo) {
      items.push({ kind: 'unread', key: 'unread' });
      last = null;
    }
    // The key is the client's id, so that a message keeps its place on the screen when it has been stored.
    items.push({ kind: 'message', key: message.clientId, message, compact: follows(message.sender.id, at.getTime()) });
    notesUpTo(message.seq);
  });
  notesUpTo(Number.POSITIVE_INFINITY);

  const shown = new Set(
    messages
      .slice(-200)
      .filter((message) => message.sender.id === me)
      .map((message) => message.clientId),
  );
  for (const entry of pending) {
    if (shown.has(entry.clientId)) continue;
    const at = new Date(entry.createdAt);
    dated(at);
    items.push({ kind: 'pending', key: entry.clientId, entry, compact: follows(me, at.getTime()) });
  }
  return items;
}
