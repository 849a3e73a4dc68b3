import { z } from 'zod';
import { counter, type LastMessage, type MemberRole, type Message, type Person, type Room, type User, uuid } from './entities.js';
import type { ErrorCode } from './errors.js';
import type { ConversationState } from './support.js';
import { emoji, messageText } from './text.js';

/** Correlates a frame with its answer; chosen by the client. */
const id = z.string().min(1).max(64);
const seq = counter.min(1);

/** Every frame a client may send, by its `type`; the gateway's router must handle each key. */
export const CLIENT_FRAMES = {
  hello: z.object({ type: z.literal('hello'), token: z.string().max(8192) }),
  auth: z.object({ type: z.literal('auth'), id, token: z.string().max(8192) }),
  'room.subscribe': z.object({ type: z.literal('room.subscribe'), id, roomId: uuid, since: counter.nullish() }),
  'room.unsubscribe': z.object({ type: z.literal('room.unsubscribe'), id, roomId: uuid }),
  'message.send': z.object({
    type: z.literal('message.send'),
    id,
    roomId: uuid,
    clientId: uuid,
    text: messageText,
    replyTo: seq.nullish(),
  }),
  'message.edit': z.object({ type: z.literal('message.edit'), id, roomId: uuid, seq, text: messageText }),
  'message.delete': z.object({ type: z.literal('message.delete'), id, roomId: uuid, seq }),
  'message.react': z.object({ type: z.literal('message.react'), id, roomId: uuid, seq, emoji, on: z.boolean() }),
  'room.read': z.object({ type: z.literal('room.read'), id: id.optional(), roomId: uuid, seq: counter }),
  typing: z.object({ type: z.literal('typing'), roomId: uuid }),
  ping: z.object({ type: z.literal('ping'), id }),
} as const;

export type ClientFrameType = keyof typeof CLIENT_FRAMES;
export type ClientFrame<T extends ClientFrameType = ClientFrameType> = z.infer<(typeof CLIENT_FRAMES)[T]>;

export interface WelcomeFrame {
  type: 'welcome';
  connectionId: string;
  user: User;
  /** When the session of this socket ends unless `auth` extends it; RFC 3339. */
  expiresAt: string;
  heartbeatMs: number;
  /** Changes when the database was restored: cursors of another era are void. */
  era: string;
  limits: { textCodePoints: number; frameBytes: number; subscriptions: number; sendsPerSecond: number };
}

/** Answer to `room.subscribe`. */
export interface SubscribeAck {
  type: 'ack';
  id: string;
  mode: 'snapshot' | 'resume';
  messages: Message[];
  lastSeq: number;
  lastRev: number;
  source: 'cache' | 'database';
}

export interface AckFrame {
  type: 'ack';
  id: string;
  message?: Message;
  lastReadSeq?: number;
  unread?: number;
}

export interface ErrorFrame {
  type: 'error';
  id?: string;
  code: ErrorCode;
  detail: string;
  retryAfterMs?: number;
}

/** Frames the server sends without being asked. */
export type ServerEvent =
  | { type: 'message.created' | 'message.updated' | 'message.deleted'; roomId: string; rev: number; message: Message }
  | { type: 'room.activity'; roomId: string; lastSeq: number; lastMessage: LastMessage | null }
  /** To every connection of the person: how many unread messages of the room mention them now. */
  | { type: 'room.mentions'; roomId: string; unreadMentions: number }
  | { type: 'member.joined' | 'member.left' | 'member.updated'; roomId: string; user: Person; role?: MemberRole }
  | { type: 'membership.added'; room: Room; role: MemberRole }
  | { type: 'membership.removed'; roomId: string; reason: MembershipEnd }
  | { type: 'room.read'; roomId: string; userId: string; seq: number }
  | { type: 'typing'; roomId: string; user: Person }
  /** `lastSeenAt`, with `online: false`: when the last connection closed; RFC 3339. */
  | { type: 'presence'; roomId: string; userId: string; online: boolean; lastSeenAt?: string }
  | { type: 'presence.count'; roomId: string; online: number }
  | { type: 'room.updated' | 'room.deleted'; room: Room }
  /** To agents, and to subscribers of the support room: it was opened, closed, read or written in, or its visitor blocked. */
  | { type: 'conversation.updated'; roomId: string; state: ConversationState }
  | { type: 'goodbye'; reason: string; reconnectAfterMs: number };

/** Why a membership ended. */
export type MembershipEnd = 'left' | 'removed' | 'banned' | 'room_deleted';

export type ServerFrame = WelcomeFrame | SubscribeAck | AckFrame | ErrorFrame | { type: 'pong'; id: string } | ServerEvent;
