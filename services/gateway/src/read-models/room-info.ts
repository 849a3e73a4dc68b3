import { keys, type MemberRole, memberRole, partitionOf, type Room, room as roomSchema } from '@brook/common/contracts';
import type { RedisClient } from '@brook/common/redis';
import { z } from 'zod';
import { assertConnected } from './assert-connected.js';

/** What the rooms service's read model says of a room and one person. */
export interface RoomInfo {
  /** Number of the feed's change that it stands at. */
  n: number;
  room: Room;
  role: MemberRole | null;
  banned: boolean;
}

/** Members are stored as their membership's JSON or as the bare role. */
const storedMember = z.union([memberRole, z.object({ role: memberRole }).transform(({ role }) => role)]);

/** Reads one room of the read model for one person; undefined when the read model does not hold it. @throws what Redis answers */
export async function readRoomInfo(
  redis: RedisClient,
  partitions: number,
  { roomId, userId }: { roomId: string; userId: string },
): Promise<RoomInfo | undefined> {
  assertConnected(redis);
  const key = keys.roomInfo(partitionOf(roomId, partitions), roomId);
  const [n, room, member, ban] = await redis.hmget(key, 'n', 'room', `m:${userId}`, `b:${userId}`);
  if (!n || !room) return undefined;
  const parsed = roomSchema.safeParse(JSON.parse(room));
  if (!parsed.success) return undefined;
  return { n: Number(n), room: parsed.data, role: member ? storedRole(member) : null, banned: Boolean(ban) };
}

function storedRole(text: string): MemberRole | null {
  const value: unknown = text.startsWith('{') ? JSON.parse(text) : text;
  return storedMember.safeParse(value).data ?? null;
}
