import type { ConversationState, StoredConversation, User, VisitorBlock } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { unread } from './read-marker.js';

/** A conversation is closed while no message came after the one at which it was closed. */
export const stateOf = (closedSeq: number | null, lastSeq: number): ConversationState =>
  closedSeq !== null && lastSeq <= closedSeq ? 'closed' : 'open';

/** What the public form of a conversation is made of. */
export interface ConversationFacts extends Omit<StoredConversation, 'state' | 'unread' | 'closedAt'> {
  closedSeq: number | null;
  closedAt: string | null;
}

/** The public form of a conversation. */
export function toConversation({ closedSeq, ...facts }: ConversationFacts): StoredConversation {
  const { lastSeq } = facts.room;
  const state = stateOf(closedSeq, lastSeq);
  const closedAt = state === 'closed' ? facts.closedAt : null;
  return { ...facts, state, closedAt, unread: unread({ lastSeq, lastReadSeq: facts.agentsReadSeq }) };
}

/** A block that holds at `now`. */
export const holds = (block: { until: Date | null } | null, now: Date): boolean =>
  block !== null && (block.until === null || block.until > now);

/** The public form of a block. */
export const toBlock = ({ until }: { until: Date | null }): VisitorBlock => ({ until: until?.toISOString() ?? null });

/** Agents are application admins. @throws AppError `forbidden` */
export function requireAgent({ role }: Pick<User, 'role'>): void {
  if (role !== 'admin') throw new AppError('forbidden', 'only for agents');
}

/** Who acts where time does: a block that has come to its end. No account has this id. */
export const SYSTEM: User = {
  id: '00000000-0000-0000-0000-000000000000',
  username: 'brook',
  displayName: 'brook',
  avatarUrl: null,
  kind: 'member',
  role: 'admin',
  createdAt: '1970-01-01T00:00:00.000Z',
};
