import { PUBLIC_LEXEME, quote, roomLexeme, senderLexeme } from './search-text.js';

/** Where to look: one room, or the public ones and these private ones. */
export type Where = { roomId: string } | { privateRooms: string[] };

/**
 * The tsquery of a search: the terms, the rooms, and the sender. A document outside of the rooms is never looked at. The
 * public ones come first, as most documents are theirs: who is found there is looked for no further.
 */
export function scopedTsquery(terms: string, where: Where, from: string | undefined): string {
  const rooms = 'roomId' in where ? [roomLexeme(where.roomId)] : [PUBLIC_LEXEME, ...where.privateRooms.map(roomLexeme)];
  const sender = from === undefined ? '' : ` & ${quote(senderLexeme(from))}`;
  return `(${terms})${sender} & (${rooms.map(quote).join(' | ')})`;
}
