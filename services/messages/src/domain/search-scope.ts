import type { InternalSearch } from '@brook/common/contracts';
import { PUBLIC_LEXEME, quote, roomLexeme, senderLexeme } from './search-text.js';

/**
 * The tsquery of a search: the terms, the rooms in which to look (one, or the public ones and the person's own), and the
 * sender. A document outside of these rooms is never looked at.
 */
export function scopedTsquery(terms: string, { scope, from }: Pick<InternalSearch, 'scope' | 'from'>): string {
  const rooms = 'roomId' in scope ? [roomLexeme(scope.roomId)] : [PUBLIC_LEXEME, ...scope.memberOf.map(roomLexeme)];
  const sender = from === undefined ? '' : ` & ${quote(senderLexeme(from))}`;
  return `(${terms}) & (${rooms.map(quote).join(' | ')})${sender}`;
}
