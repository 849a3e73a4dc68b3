import { z } from 'zod';
import { type LastMessage, type Room, type User, uuid } from './entities.js';
import { messageText, storable, writableTime } from './text.js';

/** A conversation is closed by an agent, and open again with the next message of anybody. */
export const conversationState = z.enum(['open', 'closed']);
export type ConversationState = z.infer<typeof conversationState>;

/** What keeps a visitor from writing; `until` null: for good. */
export interface VisitorBlock {
  until: string | null;
}

/** A support room as its visitor knows it. */
export interface OwnConversation {
  room: Room;
  state: ConversationState;
  /** Newest seq that this visitor, and that any agent, has read. */
  lastReadSeq: number;
  agentsReadSeq: number;
  unread: number;
  block: VisitorBlock | null;
}

/** A support room as agents see it. `unread`: messages behind what any of them has read. */
export interface Conversation {
  room: Room;
  visitor: User;
  /** Address of the page on which it began. */
  page: string | null;
  state: ConversationState;
  openedAt: string;
  closedAt: string | null;
  lastMessage: LastMessage | null;
  agentsReadSeq: number;
  visitorReadSeq: number;
  unread: number;
  block: VisitorBlock | null;
}

/** The same as the rooms service tells it, which knows people by their ids only. */
export type StoredConversation = Omit<Conversation, 'visitor'> & { visitorId: string };

/** Agents' list: latest activity first; `unread` counts all conversations with something unread. */
export interface ConversationPage<C = Conversation> {
  items: C[];
  nextCursor: string | null;
  unread: number;
}

/** `http` or `https` address of a page, without its fragment, at most 2,048 characters. */
export const pageUrl = z
  .url({ protocol: /^https?$/ })
  .max(2048)
  .refine(storable)
  .transform((text) => {
    const url = new URL(text);
    url.hash = '';
    return url.href;
  });

const site = z.string().transform((text, context) => {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url && /^https?:\/\/[^/]+\/?$/i.test(text)) return url.origin;
  context.addIssue({ code: 'custom', message: 'must be an origin like https://example.org' });
  return z.NEVER;
});

/** Key of commands and changes of the one set of widget settings, where others have a room's id. */
export const WIDGET_KEY = 'widget';

/** What the widget looks like, what it says, and on which sites it may run besides this server's own pages. */
export const widgetSettings = z.object({
  title: z.string().trim().max(60).refine(storable).default(''),
  greeting: z.string().trim().max(300).refine(storable).default(''),
  colour: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, 'must be a colour like #2563eb')
    .default('#2563eb'),
  position: z.enum(['right', 'left']).default('right'),
  theme: z.enum(['auto', 'light', 'dark']).default('auto'),
  language: z.enum(['auto', 'en', 'ko']).default('auto'),
  sites: z.array(site).max(100).default([]),
  /** Visitors may sign in with GitHub, where that is configured. */
  signIn: z.boolean().default(false),
});
export type WidgetSettings = z.infer<typeof widgetSettings>;

/** What the widget asks for when it is opened. */
export interface WidgetGreeting {
  title: string;
  greeting: string;
  /** Whether an agent is connected. */
  agentsOnline: boolean;
  /** Whether visitors may sign in with GitHub. */
  signIn: boolean;
}

/** Whether nothing of a deleted room is left, by service; looked up row by row, not remembered. */
export interface PurgeReport {
  purged: boolean;
  messages: boolean;
  rooms: boolean;
}

/** Figures of the admin console. */
export interface Overview {
  peopleOnline: number;
  agentsOnline: number;
  /** Messages of the last 60 s, and of each of the last 30 minutes, oldest first, since this gateway began. */
  messages: { lastMinute: number; perMinute: number[] };
  visitors: VisitorDays;
  /** Unfinished commands on the service's streams, and how long the oldest has waited, in milliseconds. */
  lag: { service: 'messages' | 'rooms' | 'users'; waiting: number; oldestMs: number }[];
}

/** Visitors counted: in all, today, and on each of the last 30 UTC days, oldest first. */
export interface VisitorDays {
  total: number;
  today: number;
  days: { day: string; visitors: number }[];
}

/** The first message, or a further one. */
export const conversationBody = z.object({ clientId: uuid, text: messageText, page: pageUrl.nullish() });
/** A block ends at `until`, or never. */
export const blockVisitorBody = z.object({
  until: z.iso
    .datetime({ offset: true })
    .transform((text) => new Date(text))
    .refine(writableTime, 'must be in the years 1 to 9999')
    .transform((time) => time.toISOString())
    .nullable()
    .default(null),
});
export const conversationStateBody = z.object({ state: conversationState });
