import type { CommandData } from './commands.js';
import type { ClientFrame } from './frames.js';
import { LIMITS } from './limits.js';
import { storable } from './text.js';

/*
 * Sends as clients make nearly all of them, read without their schemas, which take a gateway 8 % of what a message costs it.
 * A value that is plain is what its schema would make of it; of any other nothing is said, and the schema is to be asked.
 */

const PLAIN_UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const isPlainUuid = (value: unknown): value is string => typeof value === 'string' && PLAIN_UUID.test(value);
const isSeq = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) >= 1;
/** The text as it is to be stored. So long that it has a code point in any case, and so short that it has too many in none. */
function plainText(value: unknown): string | undefined {
  if (typeof value !== 'string' || !storable(value)) return undefined;
  const text = value.trim();
  return text.length >= 2 && text.length <= LIMITS.textCodePoints ? text : undefined;
}

/** A frame `message.send`, of an object whose `type` says so. */
export function plainSendFrame(value: Record<string, unknown>): ClientFrame<'message.send'> | undefined {
  const { id, roomId, clientId, replyTo } = value;
  const text = plainText(value['text']);
  const plain =
    text !== undefined &&
    typeof id === 'string' &&
    id.length >= 1 &&
    id.length <= 64 &&
    isPlainUuid(roomId) &&
    isPlainUuid(clientId) &&
    (replyTo === undefined || replyTo === null || isSeq(replyTo));
  return plain ? { type: 'message.send', id, roomId, clientId, text, replyTo } : undefined;
}

/** The data of a command `message.send` without mentions. */
export function plainSendData(value: unknown): CommandData<'messages', 'message.send'> | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { clientId, text, replyTo, prev, mentions } = value as Record<string, unknown>;
  const plain =
    mentions === undefined &&
    isPlainUuid(clientId) &&
    typeof text === 'string' &&
    (replyTo === null || isSeq(replyTo)) &&
    (prev === undefined || isPlainUuid(prev));
  return plain ? { clientId, text, replyTo, prev } : undefined;
}
