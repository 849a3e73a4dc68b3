import { type LastMessage, type Message, preview, type ResumeAnswer } from '@brook/common/contracts';

/** Newest numbers and newest message of a room. */
export interface Head {
  lastSeq: number;
  lastRev: number;
  lastMessage: LastMessage | null;
}

/** Somebody's own message: reading begins behind it. */
export interface OwnMessage {
  userId: string;
  seq: number;
}

/** What a room list shows of a message. */
export const toLastMessage = ({ id, seq, sender, text, createdAt, deletedAt }: Message): LastMessage => ({
  id,
  seq,
  sender,
  text: preview(text),
  createdAt,
  deletedAt,
});

/** A change of a message, as the event stream tells it. */
export interface HeadEvent {
  rev: number;
  seq: number;
  /** Who wrote the message. */
  senderId: string;
  /** The message as JSON: read only if it is the newest, for most of a busy room's are not. */
  json: string;
}

/**
 * The head after those events that follow on, and the newest own message of each sender among them; `hole`: one does not.
 * Events that are older than the head are left out; `head` is the same object when all are. A change of any but the
 * newest message moves the rev alone.
 */
export function applyEvents(before: Head, events: HeadEvent[]): { head: Head; own: OwnMessage[]; hole: boolean } {
  let { lastSeq, lastRev } = before;
  let newest: HeadEvent | undefined;
  let hole = false;
  const own = new Map<string, number>();
  for (const event of events) {
    if (event.rev <= lastRev) continue;
    hole = event.rev > lastRev + 1;
    if (hole) break;
    lastRev = event.rev;
    own.set(event.senderId, Math.max(own.get(event.senderId) ?? 0, event.seq));
    if (event.seq < lastSeq) continue;
    lastSeq = event.seq;
    newest = event;
  }
  if (lastRev === before.lastRev) return { head: before, own: [], hole };
  const lastMessage = newest ? toLastMessage(JSON.parse(newest.json) as Message) : before.lastMessage;
  return { head: { lastSeq, lastRev, lastMessage }, own: toOwn(own), hole };
}

/** The head as the owner of the messages tells it; a resume without the newest message left that one as it was. */
export function applyAnswer(head: Head, { messages, lastSeq, lastRev }: ResumeAnswer): Head {
  const newest = messages.find(({ seq }) => seq === lastSeq);
  const kept = head.lastMessage?.seq === lastSeq ? head.lastMessage : null;
  return { lastSeq, lastRev, lastMessage: newest ? toLastMessage(newest) : kept };
}

/** The newest own message of each sender. */
export function ownMessages(messages: Message[]): OwnMessage[] {
  const newest = new Map<string, number>();
  for (const { sender, seq } of messages) newest.set(sender.id, Math.max(newest.get(sender.id) ?? 0, seq));
  return toOwn(newest);
}

const toOwn = (newest: Map<string, number>): OwnMessage[] => [...newest].map(([userId, seq]) => ({ userId, seq }));
