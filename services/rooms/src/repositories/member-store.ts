import type { StoredMember } from '../domain/room.js';
import type { Db } from './prisma.js';

/** Adds a member and counts it. */
export async function insertMember(db: Db, member: StoredMember): Promise<void> {
  await db.$executeRaw`
    WITH counted AS (UPDATE rooms SET member_count = member_count + 1 WHERE id = ${member.roomId}::uuid)
    INSERT INTO members (room_id, user_id, role, joined_at, last_read_seq)
    VALUES (${member.roomId}::uuid, ${member.userId}::uuid, ${member.role}::member_role, ${member.joinedAt}::timestamptz,
            ${member.lastReadSeq}::bigint)`;
}

/** Removes a member and counts it. The member must exist. */
export async function removeMember(db: Db, roomId: string, userId: string): Promise<void> {
  await db.$executeRaw`
    WITH counted AS (UPDATE rooms SET member_count = member_count - 1 WHERE id = ${roomId}::uuid)
    DELETE FROM members WHERE room_id = ${roomId}::uuid AND user_id = ${userId}::uuid`;
}

/** Changes a member's role, to one that is not `owner`. */
export async function setRole(db: Db, { roomId, userId, role }: StoredMember): Promise<void> {
  await db.$executeRaw`
    UPDATE members SET role = ${role}::member_role WHERE room_id = ${roomId}::uuid AND user_id = ${userId}::uuid`;
}

/** Makes a member the owner, and the owner of now, if still a member, a moderator. */
export async function setOwner(db: Db, roomId: string, userId: string): Promise<void> {
  await db.$executeRaw`
    WITH owned AS (UPDATE rooms SET owner_id = ${userId}::uuid WHERE id = ${roomId}::uuid)
    UPDATE members SET role = CASE WHEN user_id = ${userId}::uuid THEN 'owner'::member_role ELSE 'moderator'::member_role END
    WHERE room_id = ${roomId}::uuid AND (user_id = ${userId}::uuid OR role = 'owner')`;
}

/** Who inherits a room from its owner: the oldest moderator, else the oldest member; null when nobody is left. */
export async function findHeir(db: Db, roomId: string, ownerId: string): Promise<StoredMember | null> {
  const heir = await db.member.findFirst({
    where: { roomId, userId: { not: ownerId } },
    // The order of the enum: owner, moderator, member.
    orderBy: [{ role: 'asc' }, { joinedAt: 'asc' }, { userId: 'asc' }],
  });
  return heir && { ...heir, lastReadSeq: Number(heir.lastReadSeq) };
}

/** Moves a read marker forward. */
export async function setReadMarker(db: Db, { roomId, userId, lastReadSeq }: StoredMember): Promise<void> {
  await db.$executeRaw`
    UPDATE members SET last_read_seq = ${lastReadSeq}::bigint
    WHERE room_id = ${roomId}::uuid AND user_id = ${userId}::uuid AND last_read_seq < ${lastReadSeq}::bigint`;
}

/** Stores a ban. */
export async function insertBan(
  db: Db,
  ban: { roomId: string; userId: string; bannedBy: string; createdAt: Date },
): Promise<void> {
  await db.ban.create({ data: ban, select: { roomId: true } });
}

/** Lifts a ban. @returns whether there was one */
export async function removeBan(db: Db, roomId: string, userId: string): Promise<boolean> {
  const { count } = await db.ban.deleteMany({ where: { roomId, userId } });
  return count > 0;
}
