import {
  type ConversationPage,
  type ConversationState,
  type LastMessage,
  type OwnConversation,
  type StoredConversation,
  type WidgetSettings,
  widgetSettings,
} from '@brook/common/contracts';
import { holds, toBlock, toConversation } from '../domain/conversation.js';
import { toPage } from '../domain/cursor.js';
import { unread } from '../domain/read-marker.js';
import { toRoom } from '../domain/room.js';
import type { PrismaClient } from '../generated/prisma/client.js';
import type { PageRequest } from './room-lists.js';
import { fromRoomRow, ROOM_COLUMNS, type RoomRow } from './room-store.js';

interface ConversationListRow extends RoomRow {
  visitorId: string;
  page: string | null;
  openedAt: Date;
  closedSeq: bigint | null;
  closedAt: Date | null;
  agentsReadSeq: bigint;
  visitorReadSeq: bigint | null;
  lastMessage: LastMessage | null;
  activeAt: Date;
  blockedUntil: Date | null;
  blocked: boolean;
}

const COLUMNS = `${ROOM_COLUMNS}, c.visitor_id AS "visitorId", c.page, c.opened_at AS "openedAt", c.closed_seq AS "closedSeq",
  c.closed_at AS "closedAt", c.agents_read_seq AS "agentsReadSeq", m.last_read_seq AS "visitorReadSeq",
  h.last_message AS "lastMessage", greatest(h.last_at, c.opened_at) AS "activeAt", b.until AS "blockedUntil",
  (b.visitor_id IS NOT NULL) AS blocked`;
const TABLES = `conversations c JOIN rooms r ON r.id = c.room_id LEFT JOIN heads h ON h.room_id = c.room_id
  LEFT JOIN members m ON m.room_id = c.room_id AND m.user_id = c.visitor_id
  LEFT JOIN visitor_blocks b ON b.visitor_id = c.visitor_id`;
const CLOSED = 'c.closed_seq IS NOT NULL AND coalesce(h.last_seq, 0) <= c.closed_seq';

/** What agents, visitors and gateways ask of conversations. Each is one round trip. */
export class ConversationLists {
  readonly #prisma: PrismaClient;

  constructor(prisma: PrismaClient) {
    this.#prisma = prisma;
  }

  /** Conversations, latest activity first; `unread` counts all that have something unread, whatever the page. */
  async list(
    state: ConversationState | undefined,
    { cursor, limit }: PageRequest,
  ): Promise<ConversationPage<StoredConversation>> {
    const [rows, unreadCount] = await Promise.all([
      this.#prisma.$queryRawUnsafe<ConversationListRow[]>(
        `SELECT * FROM (SELECT ${COLUMNS}, (${CLOSED}) AS closed FROM ${TABLES}) list
         WHERE ($1::boolean IS NULL OR closed = $1) AND ($2::timestamptz IS NULL OR ("activeAt", id) < ($2::timestamptz, $3::uuid))
         ORDER BY "activeAt" DESC, id DESC LIMIT $4::int`,
        state === undefined ? null : state === 'closed',
        cursor?.at ?? null,
        cursor?.id ?? null,
        limit + 1,
      ),
      this.#unread(),
    ]);
    const page = toPage(rows, limit, fromListRow, ({ activeAt, id }) => ({ at: activeAt, id }));
    return { ...page, unread: unreadCount };
  }

  /** The conversation of a room; null when there is none. */
  find(roomId: string): Promise<StoredConversation | null> {
    return this.#one('c.room_id', roomId);
  }

  /** A person's conversation, as that person knows it. */
  async ofVisitor(visitorId: string): Promise<OwnConversation | null> {
    const found = await this.#one('c.visitor_id', visitorId);
    if (!found) return null;
    const { room, state, visitorReadSeq: lastReadSeq, agentsReadSeq, block } = found;
    return { room, state, lastReadSeq, agentsReadSeq, block, unread: unread({ lastSeq: room.lastSeq, lastReadSeq }) };
  }

  /** The widget's settings, or what stands for them until somebody sets them. */
  async widget(): Promise<WidgetSettings> {
    const row = await this.#prisma.widget.findUnique({ where: { id: 1 } });
    return widgetSettings.parse(row?.settings ?? {});
  }

  /** Forgets ended blocks of people without a conversation. @returns the rooms of the other ones that ended before `now` */
  async endedBlocks(now: Date): Promise<string[]> {
    await this.#prisma.$executeRaw`
      DELETE FROM visitor_blocks b WHERE b.until <= ${now}::timestamptz
        AND NOT EXISTS (SELECT 1 FROM conversations c WHERE c.visitor_id = b.visitor_id)`;
    const rows = await this.#prisma.$queryRaw<{ roomId: string }[]>`
      SELECT c.room_id AS "roomId" FROM visitor_blocks b JOIN conversations c ON c.visitor_id = b.visitor_id
      WHERE b.until <= ${now}::timestamptz LIMIT 100`;
    return rows.map(({ roomId }) => roomId);
  }

  async #one(column: 'c.room_id' | 'c.visitor_id', id: string): Promise<StoredConversation | null> {
    const rows = await this.#prisma.$queryRawUnsafe<ConversationListRow[]>(
      `SELECT ${COLUMNS} FROM ${TABLES} WHERE ${column} = $1::uuid`,
      id,
    );
    return rows[0] ? fromListRow(rows[0]) : null;
  }

  async #unread(): Promise<number> {
    const rows = await this.#prisma.$queryRaw<{ count: bigint }[]>`
      SELECT count(*) AS count FROM conversations c JOIN heads h ON h.room_id = c.room_id WHERE h.last_seq > c.agents_read_seq`;
    return Number(rows[0]?.count ?? 0);
  }
}

function fromListRow(row: ConversationListRow): StoredConversation {
  const block = row.blocked ? { until: row.blockedUntil } : null;
  return toConversation({
    room: toRoom(fromRoomRow(row)),
    visitorId: row.visitorId,
    page: row.page,
    openedAt: row.openedAt.toISOString(),
    closedSeq: row.closedSeq === null ? null : Number(row.closedSeq),
    closedAt: row.closedAt?.toISOString() ?? null,
    lastMessage: row.lastMessage,
    agentsReadSeq: Number(row.agentsReadSeq),
    visitorReadSeq: Number(row.visitorReadSeq ?? 0),
    block: block && holds(block, new Date()) ? toBlock(block) : null,
  });
}
