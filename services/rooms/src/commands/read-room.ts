import type { CommandData, ConversationMoved, ReadMoved } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { requireAgent, stateOf } from '../domain/conversation.js';
import { advance, unread } from '../domain/read-marker.js';
import { requireRight } from '../domain/rights.js';
import type { StoredRoom } from '../domain/room.js';
import { findConversation, setAgentsRead } from '../repositories/conversation-store.js';
import { setReadMarker } from '../repositories/member-store.js';
import { type Context, openRoom, type Result } from './open-room.js';

/**
 * Handles `room.read`: moves the actor's marker forward, at most to the newest message that the service or the gateway
 * knows. Answers `{lastReadSeq, unread}`; a marker that moved is announced, and that may be lost.
 * In a support room agents, who are no members, share one marker.
 * @throws AppError `not_found`, `forbidden` for who is no member
 */
export async function readRoom(context: Context, data: CommandData<'rooms', 'room.read'>): Promise<Result> {
  const { room, own } = await openRoom(context);
  requireRight(context.actor, own, 'room.mark_read', room);
  if (!own.member && room.kind === 'support') return readAsAgent(context, room, data);
  if (!own.member) throw new AppError('forbidden', 'only members have a read marker');
  const state = { lastSeq: Math.max(room.lastSeq, data.lastSeq), lastReadSeq: own.member.lastReadSeq };
  const lastReadSeq = advance(state, data.seq);
  const reply = { lastReadSeq, unread: unread({ ...state, lastReadSeq }) };
  if (lastReadSeq === state.lastReadSeq) return { reply };
  await setReadMarker(context.tx, { ...own.member, lastReadSeq });
  const moved: ReadMoved = { roomId: room.id, userId: context.actor.id, ...reply };
  return { reply, ephemeral: [{ type: 'room.read', key: room.id, data: moved }] };
}

/** Whoever of the agents reads has read for all of them. */
async function readAsAgent({ tx, actor }: Context, room: StoredRoom, data: CommandData<'rooms', 'room.read'>): Promise<Result> {
  requireAgent(actor);
  const conversation = await findConversation(tx, room.id);
  if (!conversation) throw new AppError('not_found', 'this room is no conversation');
  const state = { lastSeq: Math.max(room.lastSeq, data.lastSeq), lastReadSeq: conversation.agentsReadSeq };
  const lastReadSeq = advance(state, data.seq);
  const reply = { lastReadSeq, unread: unread({ ...state, lastReadSeq }) };
  if (lastReadSeq === state.lastReadSeq) return { reply };
  await setAgentsRead(tx, room.id, lastReadSeq);
  const read: ReadMoved = { roomId: room.id, userId: actor.id, ...reply };
  const moved: ConversationMoved = { roomId: room.id, state: stateOf(conversation.closedSeq, state.lastSeq) };
  return {
    reply,
    ephemeral: [
      { type: 'room.read', key: room.id, data: read },
      { type: 'conversation.moved', key: room.id, data: moved },
    ],
  };
}
