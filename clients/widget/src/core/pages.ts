import type { Message } from '@brook/common/contracts';
import type { Session } from './session';

const PAGE = 100;

/** One page of a conversation's messages, oldest first. @throws Refusal */
export async function readPage(session: Session, roomId: string, query: string): Promise<Message[]> {
  const path = `/rooms/${roomId}/messages?${query}&limit=${PAGE}`;
  return (await session.call<{ items: Message[] }>('GET', path)).items;
}

/** Every message, oldest first. @throws Refusal */
export async function readAll(session: Session, roomId: string): Promise<Message[]> {
  const messages: Message[] = [];
  for (let after = 0; ; ) {
    const page = await readPage(session, roomId, `after=${after}`);
    messages.push(...page);
    const last = page.at(-1);
    if (!last || page.length < PAGE) return messages;
    after = last.seq;
  }
}
