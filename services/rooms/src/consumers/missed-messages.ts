import { type History, LIMITS, type Message, type ResumeAnswer } from '@brook/common/contracts';
import type { InternalClient } from '@brook/common/http';
import { applyAnswer, type Head, type OwnMessage, ownMessages } from '../domain/heads.js';

/**
 * What a room's stored head lacks, from the messages service: the head as it stands there, and the newest own message of
 * everybody who wrote since. Further behind than a resume reaches, the messages since are read page by page.
 * @throws AppError what the messages service answers, or `unavailable`
 */
export async function pullMissed(
  messages: InternalClient,
  roomId: string,
  head: Head,
): Promise<{ head: Head; own: OwnMessage[] }> {
  const answer = await messages.request<ResumeAnswer>(`/rooms/${roomId}/changes`, { query: { since: head.lastRev } });
  const pulled = applyAnswer(head, answer);
  const first = answer.messages.reduce((lowest, { seq }) => Math.min(lowest, seq), Number.POSITIVE_INFINITY);
  const between = answer.mode === 'snapshot' ? await readBetween(messages, roomId, head.lastSeq, first) : [];
  return { head: pulled, own: ownMessages([...between, ...answer.messages]) };
}

/** Messages with a seq above `after` and below `before`; of their pages only the senders' newest are kept. */
async function readBetween(messages: InternalClient, roomId: string, after: number, before: number): Promise<Message[]> {
  const newest = new Map<string, Message>();
  let cursor = after;
  while (cursor + 1 < before && before !== Number.POSITIVE_INFINITY) {
    const { items } = await messages.request<History>(`/rooms/${roomId}/messages`, {
      query: { after: cursor, limit: LIMITS.pageMax },
    });
    for (const message of items) newest.set(message.sender.id, message);
    const last = items.at(-1);
    if (!last) break;
    cursor = last.seq;
  }
  return [...newest.values()];
}
