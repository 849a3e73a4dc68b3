import { z } from 'zod';

/** A UUID of any version, in the usual text form; folded to lower case, as Postgres prints it. */
export const uuid = z
  .string()
  .regex(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, 'must be a UUID')
  .transform((id) => id.toLowerCase());

/** Numbers from 0; seqs and revs that exist start at 1. */
export const counter = z.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
/** RFC 3339, UTC, milliseconds. */
const time = z.string();

/** What everybody may see of a person; stamped into each message when it is sent. */
export const profile = z.object({
  id: uuid,
  username: z.string(),
  displayName: z.string(),
  avatarUrl: z.string().nullable(),
});
export type Profile = z.infer<typeof profile>;

export const user = profile.extend({
  kind: z.enum(['member', 'guest']),
  role: z.enum(['user', 'admin']),
  createdAt: time,
});
export type User = z.infer<typeof user>;

/** A person whom a command or an announcement is about: a User; what an older version wrote has only the profile. */
export const person = user.partial({ kind: true, role: true, createdAt: true });
export type Person = z.infer<typeof person>;

export const memberRole = z.enum(['owner', 'moderator', 'member']);
export type MemberRole = z.infer<typeof memberRole>;

export const room = z.object({
  id: uuid,
  name: z.string(),
  topic: z.string(),
  visibility: z.enum(['public', 'private']),
  kind: z.enum(['group', 'support']),
  ownerId: uuid,
  memberCount: counter,
  lastSeq: counter,
  createdAt: time,
});
export type Room = z.infer<typeof room>;

export const membership = z.object({
  roomId: uuid,
  userId: uuid,
  role: memberRole,
  joinedAt: time,
  lastReadSeq: counter,
});
export type Membership = z.infer<typeof membership>;

export const reaction = z.object({ emoji: z.string(), count: counter, userIds: z.array(uuid) });
export type Reaction = z.infer<typeof reaction>;

/** Whom a message mentions: people by name, and with `room` every member but the sender. */
export const mentions = z.object({ users: z.array(z.object({ id: uuid, username: z.string() })), room: z.boolean() });
export type Mentions = z.infer<typeof mentions>;

export const message = z.object({
  id: uuid,
  roomId: uuid,
  seq: counter,
  rev: counter,
  clientId: uuid,
  sender: profile,
  text: z.string(),
  replyTo: counter.nullable(),
  createdAt: time,
  editedAt: time.nullable(),
  deletedAt: time.nullable(),
  reactions: z.array(reaction),
  /** Absent where nobody is mentioned. */
  mentions: mentions.optional(),
});
export type Message = z.infer<typeof message>;

/** What a room list shows of a room's newest message; text holds its first 200 code points. */
export interface LastMessage {
  id: string;
  seq: number;
  sender: Profile;
  text: string;
  createdAt: string;
  deletedAt: string | null;
}

/** A line of one's own room list. */
export interface RoomListItem {
  room: Room;
  role: MemberRole;
  lastReadSeq: number;
  unread: number;
  lastMessage: LastMessage | null;
}

/** A line of one's own room list as gateways answer it. */
export interface OwnRoomItem extends RoomListItem {
  /** Unread messages that mention one, as of the same read marker; absent while the messages service cannot be asked. */
  unreadMentions?: number;
}

/** A message that mentions one. */
export interface MentionItem {
  message: Message;
  /** Whether it lies beyond one's read marker. */
  unread: boolean;
}

/**
 * A message found. `snippet` is a piece of its text, plain text and never HTML; `ranges` are the places in the snippet that
 * were looked for, as UTF-16 offsets [start, end), ascending, not overlapping.
 */
export interface SearchHit {
  message: Message;
  snippet: string;
  ranges: [start: number, end: number][];
}

/** A member as listed and announced. */
export interface MemberItem {
  user: User;
  role: MemberRole;
  joinedAt: string;
}

/** A page of a list; `nextCursor` is null on the last one. */
export interface Page<T> {
  items: T[];
  nextCursor: string | null;
}

/** Messages in ascending seq, with the room's newest numbers. */
export interface History {
  items: Message[];
  lastSeq: number;
  lastRev: number;
  /** With `at` and `unread`: the seq that was looked for; null where there is none, and the page is the latest. */
  anchor?: number | null;
}
