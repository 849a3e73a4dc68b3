import type { CommandData, MemberRole, Person } from '@brook/common/contracts';
import { planMembership } from '../domain/membership-plan.js';
import { type Standing, type StoredMember, type StoredRoom, toMembership } from '../domain/room.js';
import { insertMember, setOwner, setRole } from '../repositories/member-store.js';
import { findStanding } from '../repositories/room-store.js';
import type { Profiles } from '../profiles.js';
import { memberJoined, memberUpdated, roomChanged } from './drafts.js';
import { type Context, openRoom, type Result } from './open-room.js';

type PutMember = CommandData<'rooms', 'member.put'>;

/**
 * Handles `member.put`: adds somebody or changes a role. Making somebody `owner` transfers the room; its owner of now
 * becomes a moderator. Answers `{membership}`; nothing is announced when nothing changes.
 * @throws AppError `not_found`, `forbidden`, `conflict`; `unavailable` when a profile cannot be had
 */
export async function putMember(context: Context, data: PutMember, profiles: Profiles): Promise<Result> {
  const { tx, actor } = context;
  const { room, own } = await openRoom(context);
  const target = data.target.id === actor.id ? own : await findStanding(tx, room.id, data.target.id);
  const plan = planMembership({ person: actor, own, target, room, role: data.role });
  const member = target.member ?? newMember(context, room, data);
  switch (plan.do) {
    case 'nothing':
      return { reply: { membership: toMembership(member) } };
    case 'add':
      return add(context, room, data.target, { ...member, role: plan.role });
    case 'change':
      return change(context, room, data.target, { ...member, role: plan.role });
    case 'transfer':
      return transfer(context, { room, user: data.target, target, member: { ...member, role: 'owner' } }, profiles);
    default: {
      const unknown: never = plan;
      throw new TypeError(`no such plan ${JSON.stringify(unknown)}`);
    }
  }
}

const newMember = ({ now }: Context, room: StoredRoom, { target, lastSeq }: PutMember): StoredMember => ({
  roomId: room.id,
  userId: target.id,
  role: 'member',
  joinedAt: now,
  lastReadSeq: Math.max(lastSeq, room.lastSeq),
});

async function add({ tx }: Context, room: StoredRoom, user: Person, member: StoredMember): Promise<Result> {
  await insertMember(tx, member);
  const after = { ...room, memberCount: room.memberCount + 1 };
  return { reply: { membership: toMembership(member) }, changes: [memberJoined(after, user, member)] };
}

async function change({ tx }: Context, room: StoredRoom, user: Person, member: StoredMember): Promise<Result> {
  await setRole(tx, member);
  return { reply: { membership: toMembership(member) }, changes: [memberUpdated(room, user, member.role)] };
}

interface Transfer {
  room: StoredRoom;
  user: Person;
  /** What the person was before. */
  target: Standing;
  member: StoredMember & { role: Extract<MemberRole, 'owner'> };
}

async function transfer({ tx, actor }: Context, { room, user, target, member }: Transfer, profiles: Profiles): Promise<Result> {
  const previous = room.ownerId === actor.id ? actor : await profiles.find(room.ownerId);
  const joins = target.member === null;
  if (joins) await insertMember(tx, { ...member, role: 'member' });
  await setOwner(tx, room.id, member.userId);
  const after = { ...room, ownerId: member.userId, memberCount: room.memberCount + (joins ? 1 : 0) };
  const arrival = joins ? memberJoined(after, user, member) : memberUpdated(after, user, 'owner');
  return {
    reply: { membership: toMembership(member) },
    changes: [arrival, memberUpdated(after, previous, 'moderator'), roomChanged('room.updated', after)],
  };
}
