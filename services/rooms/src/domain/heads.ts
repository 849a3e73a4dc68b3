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

/**
 * The head after an event. `null`: it is older than the head. `undefined`: something between is missing.
 * A change of any but the newest message moves the rev alone.
 */
export function applyEvent(head: Head, rev: number, message: Message): Head | null | undefined {
  if (rev <= head.lastRev) return null;
  if (rev > head.lastRev + 1) return undefined;
  const newest = message.seq >= head.lastSeq;
  return {
    lastRev: rev,
    lastSeq: Math.max(head.lastSeq, message.seq),
    lastMessage: newest ? toLastMessage(message) : head.lastMessage,
  };
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
  return [...newest].map(([userId, seq]) => ({ userId, seq }));
}
