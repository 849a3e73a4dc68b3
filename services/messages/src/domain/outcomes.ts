import type { ErrorCode, Message, MessageEventType } from '@brook/common/contracts';

/** What the database's refusals mean to the person who asked. */
export const REFUSALS: Partial<Record<string, [code: ErrorCode, detail: string]>> = {
  not_found: ['not_found', 'there is no such room or message'],
  forbidden: ['forbidden', 'you may not do this here'],
  validation_failed: ['validation_failed', 'replyTo: there is no such message'],
  unavailable: ['unavailable', 'whether you may do this here cannot be told now'],
  conflict: ['conflict', 'the message was deleted, or has all the reactions it can take'],
};

/** The event that a stored message stands for: its present state, at least as far on as `least`. */
export function storedEventType(
  message: Pick<Message, 'deletedAt' | 'editedAt' | 'reactions'>,
  least: MessageEventType,
): MessageEventType {
  if (message.deletedAt !== null) return 'message.deleted';
  return message.editedAt !== null || message.reactions.length > 0 ? 'message.updated' : least;
}
