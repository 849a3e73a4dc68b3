import type { GatewayContext } from '../context.js';
import { bodyOf } from './command-bus.js';
import { checkOptions, commandKey, type Requester } from './request.js';

export interface ReadAnswer {
  lastReadSeq: number;
  unread: number;
}

/** Moves one's read marker forward, at most to the newest message. @throws AppError `not_found`, `forbidden`, or what the command bus throws */
export async function markRead(
  { access, heads, bus }: Pick<GatewayContext, 'access' | 'heads' | 'bus'>,
  requester: Requester,
  { roomId, seq }: { roomId: string; seq: number },
): Promise<ReadAnswer> {
  const { actor, trace } = requester;
  await access.check(actor.id, roomId, 'room.mark_read', checkOptions(requester));
  const lastSeq = await heads.lastSeq(roomId, trace);
  const idem = commandKey(requester, 'room.read', roomId);
  return bodyOf<ReadAnswer>(
    await bus.execute('rooms', { type: 'room.read', key: roomId, actor, data: { seq, lastSeq }, idem, trace }),
  );
}
