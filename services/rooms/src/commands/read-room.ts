import type { CommandData, ReadMoved } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { advance, unread } from '../domain/read-marker.js';
import { requireRight } from '../domain/rights.js';
import { setReadMarker } from '../repositories/member-store.js';
import { type Context, openRoom, type Result } from './open-room.js';

/**
 * Handles `room.read`: moves the actor's marker forward, at most to the newest message that the service or the gateway
 * knows. Answers `{lastReadSeq, unread}`; a marker that moved is announced, and that may be lost.
 * @throws AppError `not_found`, `forbidden` for who is no member
 */
export async function readRoom(context: Context, data: CommandData<'rooms', 'room.read'>): Promise<Result> {
  const { room, own } = await openRoom(context);
  requireRight(context.actor, own, 'room.mark_read', room);
  if (!own.member) throw new AppError('forbidden', 'only members have a read marker');
  const state = { lastSeq: Math.max(room.lastSeq, data.lastSeq), lastReadSeq: own.member.lastReadSeq };
  const lastReadSeq = advance(state, data.seq);
  const reply = { lastReadSeq, unread: unread({ ...state, lastReadSeq }) };
  if (lastReadSeq === state.lastReadSeq) return { reply };
  await setReadMarker(context.tx, { ...own.member, lastReadSeq });
  const moved: ReadMoved = { roomId: room.id, userId: context.actor.id, ...reply };
  return { reply, ephemeral: [{ type: 'room.read', key: room.id, data: moved }] };
}
