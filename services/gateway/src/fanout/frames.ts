import type { MessageEventType } from '@brook/common/contracts';

/*
 * Frames that carry messages are put together from JSON that was made once, when the message was published: nothing of
 * it is parsed here. Ids of rooms are UUIDs and need no escaping; a client's own ids do.
 */

/** The frame that tells subscribers of a change. */
export const messageFrame = (type: MessageEventType, roomId: string, rev: number | string, messageJson: string): string =>
  `{"type":"${type}","roomId":"${roomId}","rev":${rev},"message":${messageJson}}`;

/** The answer to a send, an edit or a delete. */
export const messageAck = (id: string, messageJson: string): string =>
  `{"type":"ack","id":${JSON.stringify(id)},"message":${messageJson}}`;

/** The type of event that leaves a message in this state, for changes that come from the database. */
export function eventTypeOf(message: { deletedAt: string | null; rev: number; editedAt: string | null; reactions: unknown[] }) {
  if (message.deletedAt !== null) return 'message.deleted';
  return message.editedAt !== null || message.reactions.length > 0 ? 'message.updated' : 'message.created';
}
