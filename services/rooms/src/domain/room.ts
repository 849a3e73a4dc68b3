import type { Membership, MemberRole, Room } from '@brook/common/contracts';

/** A room as the service keeps it, with its newest seq. */
export interface StoredRoom {
  id: string;
  name: string;
  topic: string;
  visibility: Room['visibility'];
  kind: Room['kind'];
  ownerId: string;
  memberCount: number;
  createdAt: Date;
  lastSeq: number;
}

/** A membership as the service keeps it. */
export interface StoredMember {
  roomId: string;
  userId: string;
  role: MemberRole;
  joinedAt: Date;
  lastReadSeq: number;
}

/** What somebody is to a room that exists. */
export interface Standing {
  member: StoredMember | null;
  banned: boolean;
}

/** The public form of a room. */
export const toRoom = ({ createdAt, ...room }: StoredRoom): Room => ({ ...room, createdAt: createdAt.toISOString() });

/** The public form of a membership. */
export const toMembership = ({ joinedAt, ...member }: StoredMember): Membership => ({
  ...member,
  joinedAt: joinedAt.toISOString(),
});
