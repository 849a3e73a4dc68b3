import type { WidgetSettings } from '@brook/common/contracts';
import type { StoredRoom } from '../domain/room.js';
import type { Db } from './prisma.js';

/** A conversation as commands work with it. */
export interface ConversationRow {
  roomId: string;
  visitorId: string;
  closedSeq: number | null;
  agentsReadSeq: number;
}

/** A stored block. */
export interface BlockRow {
  visitorId: string;
  roomId: string;
  until: Date | null;
}

const fromRow = (row: {
  roomId: string;
  visitorId: string;
  closedSeq: bigint | null;
  agentsReadSeq: bigint;
}): ConversationRow => ({
  roomId: row.roomId,
  visitorId: row.visitorId,
  closedSeq: row.closedSeq === null ? null : Number(row.closedSeq),
  agentsReadSeq: Number(row.agentsReadSeq),
});

/** The conversation of a room; null for a room of another kind. */
export async function findConversation(db: Db, roomId: string): Promise<ConversationRow | null> {
  const row = await db.conversation.findUnique({ where: { roomId } });
  return row && fromRow(row);
}

/** A person's conversation. */
export async function findConversationOf(db: Db, visitorId: string): Promise<ConversationRow | null> {
  const row = await db.conversation.findUnique({ where: { visitorId } });
  return row && fromRow(row);
}

/** Stores a support room with its head, its visitor as a plain member, and its conversation; all in one statement. @returns false when the id or the visitor has one */
export async function insertConversation(db: Db, room: StoredRoom, page: string | null): Promise<boolean> {
  const inserted = await db.$executeRaw`
    WITH room AS (
      INSERT INTO rooms (id, name, topic, visibility, kind, owner_id, member_count, created_at)
      SELECT ${room.id}::uuid, ${room.name}, ${room.topic}, ${room.visibility}::room_visibility, ${room.kind}::room_kind,
             ${room.ownerId}::uuid, 1, ${room.createdAt}::timestamptz
      WHERE NOT EXISTS (SELECT 1 FROM conversations WHERE visitor_id = ${room.ownerId}::uuid)
      ON CONFLICT DO NOTHING RETURNING id, owner_id, created_at),
    head AS (INSERT INTO heads (room_id) SELECT id FROM room),
    member AS (
      INSERT INTO members (room_id, user_id, role, joined_at, last_read_seq)
      SELECT id, owner_id, 'member', created_at, 0 FROM room)
    INSERT INTO conversations (room_id, visitor_id, page, opened_at) SELECT id, owner_id, ${page}, created_at FROM room`;
  return inserted === 1;
}

/** Closes a conversation at a message, or opens it again with nulls. */
export async function setClosed(
  db: Db,
  roomId: string,
  { closedSeq, closedAt }: { closedSeq: number | null; closedAt: Date | null },
): Promise<void> {
  await db.conversation.update({ where: { roomId }, data: { closedSeq, closedAt }, select: { roomId: true } });
}

/** Moves the agents' marker forward. */
export async function setAgentsRead(db: Db, roomId: string, seq: number): Promise<void> {
  await db.conversation.updateMany({ where: { roomId, agentsReadSeq: { lt: seq } }, data: { agentsReadSeq: seq } });
}

/** A person's block, held or run out. */
export async function findBlock(db: Db, visitorId: string): Promise<BlockRow | null> {
  return db.visitorBlock.findUnique({ where: { visitorId }, select: { visitorId: true, roomId: true, until: true } });
}

/** Stores a block in the place of the one before. */
export async function putBlock(db: Db, block: BlockRow & { blockedBy: string; createdAt: Date }): Promise<void> {
  const { visitorId, ...rest } = block;
  await db.visitorBlock.upsert({ where: { visitorId }, create: block, update: rest, select: { visitorId: true } });
}

export async function deleteBlock(db: Db, visitorId: string): Promise<void> {
  await db.visitorBlock.deleteMany({ where: { visitorId } });
}

/** Stores the widget's settings in the place of those before. */
export async function saveWidget(db: Db, settings: WidgetSettings): Promise<void> {
  await db.widget.upsert({ where: { id: 1 }, create: { id: 1, settings }, update: { settings }, select: { id: true } });
}
