import type { LastMessage } from '@brook/common/contracts';

/** News of a room, and the circumstances in which it comes. */
export interface News {
  roomId: string;
  message: Pick<LastMessage, 'seq' | 'createdAt' | 'deletedAt'> & { sender: { id: string } };
  me: string;
  /** The room that is open before one's eyes, if the page is visible. */
  looksAt: string | null;
  hidden: boolean;
  /** Unix time, milliseconds. */
  now: number;
  /** Seq of the newest message of that room that was announced, or known, before. */
  announced: number;
  /** One has read so far, here or on another device. */
  lastReadSeq: number;
  /** When the page was opened, Unix time in milliseconds. */
  opened: number;
}

/** Messages older than this, or than the page, are caught up with, not announced. */
const FRESH_MS = 60_000;

/** What is to be done about it: nothing, a sound, or a notification of the system too. */
export function announcement(news: News): 'none' | 'sound' | 'notification' {
  const { message, me, now, announced, lastReadSeq, opened, looksAt, roomId, hidden } = news;
  const old = Date.parse(message.createdAt) < Math.max(now - FRESH_MS, opened);
  if (old || message.seq <= Math.max(announced, lastReadSeq) || message.deletedAt !== null || message.sender.id === me)
    return 'none';
  if (hidden) return 'notification';
  return looksAt === roomId ? 'none' : 'sound';
}
