import { z } from 'zod';
import { counter, memberRole, mentions, person, user, uuid } from './entities.js';
import type { ServiceName } from './redis-keys.js';
import { conversationState, widgetSettings } from './support.js';

const seq = counter.min(1);

/**
 * Every command that may enter a stream, by service and type. The gateway has validated its users' input with the
 * frame and body schemas; these check what crosses the stream, where an older or a broken writer may stand.
 * No command carries a password, a token or a hash: credentials go by internal HTTP.
 */
export const COMMANDS = {
  messages: {
    /**
     * `prev`: clientId of the same sender's send in this room that was still unanswered when this one came over the same
     * connection. Where Redis lost it, this one must not overtake it.
     */
    'message.send': z.object({
      clientId: uuid,
      text: z.string(),
      replyTo: seq.nullable(),
      prev: uuid.optional(),
      /** Whom the gateway found in the text; absent: nobody. */
      mentions: mentions.optional(),
    }),
    /** `mentions` null: nobody; absent (an older gateway's): those of before. */
    'message.edit': z.object({ seq, text: z.string(), mentions: mentions.nullish() }),
    /** `moderator`: the gateway found that the actor may delete others' messages here. */
    'message.delete': z.object({ seq, moderator: z.boolean() }),
    'message.react': z.object({ seq, emoji: z.string(), on: z.boolean() }),
  },
  rooms: {
    'room.create': z.object({
      name: z.string(),
      topic: z.string(),
      visibility: z.enum(['public', 'private']),
      kind: z.literal('group'),
    }),
    'room.update': z.object({ name: z.string().optional(), topic: z.string().optional() }),
    'room.delete': z.object({}),
    /** `lastSeq`: the room's newest seq as the gateway knows it; joining starts reading there. */
    'member.join': z.object({ lastSeq: counter }),
    'member.leave': z.object({}),
    'member.put': z.object({ target: person, role: memberRole.optional(), lastSeq: counter }),
    'member.remove': z.object({ target: person }),
    'ban.put': z.object({ target: person }),
    'ban.delete': z.object({ userId: uuid }),
    'room.read': z.object({ seq: counter, lastSeq: counter }),
    /** The actor's support room, made where there is none; then the command's key is its id. */
    'conversation.open': z.object({ page: z.string().nullable() }),
    /** By agents, like the ones below. `lastSeq`: a message above it opens the conversation again. */
    'conversation.set_state': z.object({ state: conversationState, lastSeq: counter }),
    'visitor.block': z.object({ until: z.string().nullable() }),
    /** `expired`: only if the block has come to its end by itself. */
    'visitor.unblock': z.object({ expired: z.boolean() }),
    /** The key is `WIDGET_KEY`. */
    'widget.update': widgetSettings,
  },
  users: {
    'user.update': z.object({ displayName: z.string().optional(), avatarUrl: z.string().nullable().optional() }),
  },
} as const satisfies Record<ServiceName, Record<string, z.ZodType>>;

export type CommandType<S extends ServiceName> = Extract<keyof (typeof COMMANDS)[S], string>;
export type CommandData<S extends ServiceName, T extends CommandType<S>> =
  (typeof COMMANDS)[S][T] extends z.ZodType<infer D> ? D : never;

/** The person a command acts for, stamped by the gateway from the verified session. */
export const actor = user;

/**
 * Fields of a command's stream entry, all strings.
 *   type    command type
 *   key     room id (messages, rooms) or user id (users): decides the partition
 *   actor   JSON of `actor`
 *   data    JSON of the command's data
 *   idem    idempotency key, unique with the actor (not on message.send, whose clientId is its key)
 *   gateway, ref   whom to answer: gateway id and its correlation id
 *   trace   request id, carried through to logs
 *   traceparent   the span that sent it (W3C), where tracing is on
 */
export interface CommandEntry {
  type: string;
  key: string;
  actor: string;
  data: string;
  idem?: string;
  gateway?: string;
  ref?: string;
  trace?: string;
  traceparent?: string;
}

/** Milliseconds a command other than `message.send` may wait on its stream, in Redis time; older ones are refused, not run. */
export const COMMAND_MAX_AGE_MS = 30_000;
