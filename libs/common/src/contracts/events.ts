import type { ErrorCode } from './errors.js';
import type { Membership, MemberRole, Person, Room, User } from './entities.js';
import type { MembershipEnd } from './frames.js';
import type { ConversationState, WidgetSettings } from './support.js';

/** Types of message events; each changes one message and takes one rev. */
export const MESSAGE_EVENTS = ['message.created', 'message.updated', 'message.deleted'] as const;
export type MessageEventType = (typeof MESSAGE_EVENTS)[number];

/**
 * Fields of an entry of a messages event stream, all strings. A message event carries room, rev, seq and the
 * message as JSON; where gateway and ref are set, it is also the answer to that gateway's command.
 */
export interface MessageEventEntry {
  type: MessageEventType;
  room: string;
  rev: string;
  seq: string;
  /** User id of who wrote the message. */
  sender?: string;
  message: string;
  gateway?: string;
  ref?: string;
  /** The span that executed the command, where tracing is on. */
  traceparent?: string;
  /** Whom the message mentions or mentioned until now: user ids, or "room", with commas between. */
  mentioned?: string;
}

/**
 * An answer on an event stream of any service, all strings: `status` is "ok" or "error", `body` JSON of the
 * result, or of `CommandRefusal`.
 */
export interface ReplyEntry {
  type: 'reply';
  gateway: string;
  ref: string;
  status: 'ok' | 'error';
  body: string;
}

export interface CommandRefusal {
  code: ErrorCode;
  detail: string;
  retryAfterMs?: number;
}

/** Changes of the rooms service, in its numbered feed. `key` of the feed entry is the room id. */
export interface RoomsChanges {
  'room.created': { room: Room };
  'room.updated': { room: Room };
  'room.deleted': { room: Room };
  /** `room` is as it stands after the change. */
  'member.joined': { room: Room; user: Person; membership: Membership };
  'member.left': { room: Room; user: Person; reason: MembershipEnd };
  'member.updated': { room: Room; user: Person; role: MemberRole };
  'ban.added': { roomId: string; userId: string };
  'ban.removed': { roomId: string; userId: string };
  /** A support room was closed or opened by an agent, or its visitor blocked or unblocked. */
  'conversation.updated': { roomId: string; state: ConversationState };
  'widget.updated': { settings: WidgetSettings };
}

/** Changes of the users service, in its numbered feed. `key` of the feed entry is the user id. */
export interface UsersChanges {
  'user.updated': { user: User };
  'session.revoked': { userId: string; sessionId: string };
  /** The person's every session has ended, but `exceptSessionId` where set. */
  'sessions.revoked': { userId: string; exceptSessionId: string | null };
}

export type RoomsChangeType = keyof RoomsChanges;
export type UsersChangeType = keyof UsersChanges;

/** One numbered change as pulled from, or published by, its owner. `n` is dense from 1 in each partition. */
export interface Change<Changes, T extends keyof Changes = keyof Changes> {
  n: number;
  type: T;
  key: string;
  data: Changes[T];
}
/** A change with its type and data tied together, for exhaustive switches. */
export type AnyChange<Changes> = { [T in keyof Changes]: Change<Changes, T> & { type: T } }[keyof Changes];

/**
 * Fields of a feed stream's entry, all strings: a numbered change. An entry without `n` is ephemeral
 * (read receipts) and may be lost.
 */
export interface ChangeEntry {
  type: string;
  n?: string;
  key: string;
  data: string;
}

/** Ephemeral entry of the rooms event stream: somebody's read marker moved. */
export interface ReadMoved {
  roomId: string;
  userId: string;
  lastReadSeq: number;
  unread: number;
}

/** Ephemeral entry of the rooms event stream: a support room has new messages, or agents have read them. */
export interface ConversationMoved {
  roomId: string;
  state: ConversationState;
}

/** What is said on the `brook:signals` channel; a payload is a JSON array of them. */
export type Signal =
  /** This gateway lives: every few seconds, so that the people of a dead one do not stay online. `agents`: admins connected to it. */
  | { type: 'gateway'; gateway: string; agents?: number }
  | { type: 'typing'; roomId: string; user: Person }
  | { type: 'presence'; roomIds: string[]; userId: string; online: boolean; gateway: string; lastSeenAt?: string };
