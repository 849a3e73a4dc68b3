import type { Message, Room } from '@brook/common/contracts';
import { Refusal, type Session } from './session';

/**
 * Sends the message that opens a conversation, or goes into the one there is; `again` begins another session where this
 * one is over. @throws Refusal
 */
export async function sendFirst(
  session: Session,
  message: { clientId: string; text: string },
  again: () => Promise<void>,
): Promise<{ room: Room; message: Message }> {
  const page = location.href.slice(0, 2_048);
  const body = { ...message, ...(/^https?:/.test(page) ? { page } : {}) };
  const send = () => session.call<{ room: Room; message: Message }>('POST', '/support/conversations', body);
  try {
    return await send();
  } catch (err) {
    if (!(err instanceof Refusal && err.status === 401)) throw err;
    await again();
    return send();
  }
}
