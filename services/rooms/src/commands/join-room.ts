import type { CommandData } from '@brook/common/contracts';
import { requireRight } from '../domain/rights.js';
import { type StoredMember, toMembership } from '../domain/room.js';
import { insertMember } from '../repositories/member-store.js';
import { memberJoined } from './drafts.js';
import { type Context, openRoom, type Result } from './open-room.js';

/**
 * Handles `member.join`: anybody joins a public room; who is a member already gets the same membership. Reading begins
 * behind the newest message. Answers `{membership}`.
 * @throws AppError `not_found`, also for private rooms; `forbidden` for banned people
 */
export async function joinRoom(context: Context, { lastSeq }: CommandData<'rooms', 'member.join'>): Promise<Result> {
  const { tx, actor, now } = context;
  const { room, own } = await openRoom(context);
  requireRight(actor, own, 'room.join', room);
  if (own.member) return { reply: { membership: toMembership(own.member) } };
  const member: StoredMember = {
    roomId: room.id,
    userId: actor.id,
    role: 'member',
    joinedAt: now,
    lastReadSeq: Math.max(lastSeq, room.lastSeq),
  };
  await insertMember(tx, member);
  const joined = { ...room, memberCount: room.memberCount + 1 };
  return { reply: { membership: toMembership(member) }, changes: [memberJoined(joined, actor, member)] };
}
