import type { Person } from '@brook/common/contracts';
import { insertMember } from '../repositories/member-store.js';
import { findRoom } from '../repositories/room-store.js';
import { banChanged, type Draft, memberJoined } from './drafts.js';
import type { Context } from './open-room.js';

/** A visitor who had left, or had been banned; `lifted`: the ban was removed just now. */
interface Return {
  roomId: string;
  visitor: Person;
  lifted: boolean;
}

/** Makes a visitor a member of the support room again, where it is not one. @returns the changes by that */
export async function welcomeBack({ tx, now }: Context, { roomId, visitor, lifted }: Return): Promise<Draft[]> {
  const changes: Draft[] = lifted ? [banChanged('ban.removed', roomId, visitor.id)] : [];
  const found = await findRoom(tx, roomId, visitor.id, { lock: true });
  if (!found || found.standing.member) return changes;
  const { room } = found;
  const member = { roomId, userId: visitor.id, role: 'member', joinedAt: now, lastReadSeq: room.lastSeq } as const;
  await insertMember(tx, member);
  return [...changes, memberJoined({ ...room, memberCount: room.memberCount + 1 }, visitor, member)];
}
