import type { Message, OwnConversation, Room, ServerFrame, WidgetGreeting } from '@brook/common/contracts';
import { fullJitter, newId } from '@brook/sdk/core';
import { Live } from './live';
import { Refusal, Session } from './session';

/** One's own message on its way. */
export interface Pending {
  clientId: string;
  text: string;
  failed: boolean;
}

/** What the panel draws. */
export interface View {
  messages: Message[];
  pending: Pending[];
  /** Whether there are older messages than these. */
  more: boolean;
  userId: string | null;
  begun: boolean;
  closed: boolean;
  blocked: boolean;
  /** Seq up to which an agent has read. */
  agentsRead: number;
  unread: number;
  typing: string | null;
  agentsOnline: boolean;
  title: string;
  greeting: string;
  /** The server cannot be reached. */
  away: boolean;
}

type State = Pick<View, 'closed' | 'blocked' | 'agentsRead' | 'typing' | 'agentsOnline' | 'title' | 'greeting' | 'away'>;

const TYPING_MS = 5_000;
const TYPING_EVERY_MS = 2_500;
const GREETING_EVERY_MS = 30_000;
const RETRY = { baseMs: 1_000, capMs: 15_000 };
const PAGE = 100;

/** A visitor's conversation: what was said, what is on its way, and who is there. `changed` follows every change. */
export class SupportConversation {
  readonly #session: Session;
  readonly #live: Live;
  readonly #changed: () => void;
  readonly #heard: (text: string) => void;
  readonly #messages = new Map<number, Message>();
  readonly #timers = new Set<ReturnType<typeof setTimeout>>();
  #pending: Pending[] = [];
  #room: Room | null = null;
  #rev: number | undefined;
  #subscribing: string | undefined;
  #read = 0;
  #seen = 0;
  #typingUntil = 0;
  #typedAt = 0;
  #sending = false;
  #watching = false;
  #stopped = false;
  #name = '';
  readonly #state: State = {
    closed: false,
    blocked: false,
    agentsRead: 0,
    typing: null,
    agentsOnline: false,
    title: '',
    greeting: '',
    away: false,
  };

  constructor(base: string, { changed, heard }: { changed: () => void; heard: (text: string) => void }) {
    this.#changed = changed;
    this.#heard = heard;
    this.#session = new Session(base);
    this.#live = new Live({
      url: `${base.replace(/^http/, 'ws')}/ws`,
      session: this.#session,
      onFrame: (frame) => this.#frame(frame),
      onState: (online) => this.#connected(online),
      onEnd: () => this.#ended(),
    });
    if (this.#session.userId) void this.#resume();
  }

  view(): View {
    const messages = [...this.#messages.values()].sort((a, b) => a.seq - b.seq);
    const { userId } = this.#session;
    const unread = messages.filter(({ seq, sender }) => seq > this.#read && sender.id !== userId).length;
    const more = (messages[0]?.seq ?? 1) > 1;
    return {
      ...this.#state,
      messages,
      pending: this.#pending,
      more,
      userId,
      begun: this.#room !== null || userId !== null,
      unread,
    };
  }

  /** The panel is open: asks from time to time what the server says and who is there. */
  watch(on: boolean): void {
    this.#watching = on;
    if (on) void this.#greet();
  }

  /** Sends a message; it stays `pending` until the server has it, through any number of failures. */
  send(text: string, name = ''): void {
    this.#name ||= name;
    this.#pending = [...this.#pending, { clientId: newId(), text, failed: false }];
    this.#changed();
    void this.#flush();
  }

  /** Sends once more what was refused. */
  retry(clientId: string): void {
    this.#pending = this.#pending.map((each) => (each.clientId === clientId ? { ...each, failed: false } : each));
    this.#changed();
    void this.#flush();
  }

  /** The visitor has seen everything that is there. */
  readAll(): void {
    const newest = Math.max(0, ...this.#messages.keys());
    if (!this.#room || newest <= this.#seen) return;
    this.#read = Math.max(this.#read, newest);
    if (this.#live.send({ type: 'room.read', roomId: this.#room.id, seq: newest }) !== undefined) this.#seen = newest;
  }

  /** The visitor writes. */
  type(): void {
    const now = performance.now();
    if (!this.#room || now - this.#typedAt < TYPING_EVERY_MS) return;
    this.#typedAt = now;
    this.#live.send({ type: 'typing', roomId: this.#room.id });
  }

  /** Fetches the page before the oldest message. @throws Refusal */
  async older(): Promise<void> {
    const before = Math.min(...this.#messages.keys());
    if (!this.#room || !Number.isFinite(before)) return;
    this.#take(await this.#page(`before=${before}`));
    this.#changed();
  }

  /** Every message, oldest first. @throws Refusal */
  async all(): Promise<Message[]> {
    const messages: Message[] = [];
    for (let after = 0; this.#room; ) {
      const page = await this.#page(`after=${after}`);
      messages.push(...page);
      const last = page.at(-1);
      if (!last || page.length < PAGE) break;
      after = last.seq;
    }
    return messages;
  }

  stop({ forget }: { forget: boolean }): void {
    this.#stopped = true;
    this.#watching = false;
    this.#live.stop();
    for (const timer of this.#timers) clearTimeout(timer);
    if (forget) this.#session.forget({ onServer: true });
  }

  async #page(query: string): Promise<Message[]> {
    const path = `/rooms/${this.#room?.id}/messages?${query}&limit=${PAGE}`;
    return (await this.#session.call<{ items: Message[] }>('GET', path)).items;
  }

  #later(ms: number, work: () => void): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      if (!this.#stopped) work();
    }, ms);
    this.#timers.add(timer);
  }

  #set(change: Partial<State>): void {
    Object.assign(this.#state, change);
    this.#changed();
  }

  async #greet(): Promise<void> {
    if (!this.#watching || this.#stopped) return;
    try {
      const { title, greeting, agentsOnline } = await this.#session.anonymous<WidgetGreeting>('GET', '/support/widget');
      this.#set({ title, greeting, agentsOnline, away: this.#session.userId !== null && !this.#live.online && this.#state.away });
    } catch {
      this.#set({ away: true });
    }
    this.#later(GREETING_EVERY_MS, () => void this.#greet());
  }

  /** Takes up what an earlier visit began. */
  async #resume(attempt = 0): Promise<void> {
    try {
      const path = '/support/conversations/current';
      const { conversation } = await this.#session.call<{ conversation: OwnConversation | null }>('GET', path);
      this.#apply(conversation);
      this.#live.start();
    } catch (err) {
      if (err instanceof Refusal && err.status === 401) return this.#ended();
      this.#set({ away: true });
      this.#later(fullJitter(attempt, RETRY) + 500, () => void this.#resume(attempt + 1));
    }
  }

  #apply(conversation: OwnConversation | null): void {
    this.#room = conversation?.room ?? null;
    this.#read = this.#seen = Math.max(this.#read, conversation?.lastReadSeq ?? 0);
    const agentsRead = Math.max(this.#state.agentsRead, conversation?.agentsReadSeq ?? 0);
    this.#set({ closed: conversation?.state === 'closed', blocked: Boolean(conversation?.block), agentsRead });
    this.#subscribe();
  }

  #subscribe(): void {
    if (!this.#room || this.#state.blocked || !this.#live.online) return;
    const since = this.#rev === undefined ? {} : { since: this.#rev };
    this.#subscribing = this.#live.send({ type: 'room.subscribe', roomId: this.#room.id, ...since });
  }

  #connected(online: boolean): void {
    this.#set({ away: !online, typing: null });
    if (!online) return;
    this.#subscribe();
    void this.#flush();
  }

  /** The session is over: the next message begins another one. */
  #ended(): void {
    this.#live.stop();
    this.#session.forget();
    this.#reset();
  }

  #reset(): void {
    this.#room = null;
    this.#rev = undefined;
    this.#messages.clear();
    this.#read = this.#seen = 0;
    this.#set({ closed: false, blocked: false, agentsRead: 0, typing: null });
  }

  #frame(frame: ServerFrame): void {
    if (frame.type === 'ack') return this.#subscribed(frame as ServerFrame & { id: string });
    if (!('roomId' in frame) || frame.roomId !== this.#room?.id) {
      if (frame.type === 'membership.added' && frame.room.kind === 'support') void this.#resume();
      return;
    }
    const foreign = (id: string) => id !== this.#session.userId;
    if (frame.type === 'message.created' || frame.type === 'message.updated' || frame.type === 'message.deleted')
      this.#message(frame);
    else if (frame.type === 'room.read' && foreign(frame.userId))
      this.#state.agentsRead = Math.max(this.#state.agentsRead, frame.seq);
    else if (frame.type === 'typing' && foreign(frame.user.id)) this.#typing(frame.user.displayName);
    else if (frame.type === 'conversation.updated') this.#state.closed = frame.state === 'closed';
    else if (frame.type === 'membership.removed') {
      if (frame.reason === 'room_deleted') return this.#reset();
      this.#state.blocked = frame.reason === 'banned';
    }
    this.#changed();
  }

  #message({ type, rev, message }: { type: string; rev: number; message: Message }): void {
    this.#rev = rev;
    this.#take([message]);
    if (message.sender.id === this.#session.userId) return;
    this.#state.typing = null;
    if (type === 'message.created') this.#heard(message.text);
  }

  #subscribed(frame: ServerFrame & { id: string }): void {
    if (frame.id !== this.#subscribing || !('messages' in frame)) return;
    const newest = Math.max(0, ...this.#messages.keys());
    if (frame.mode === 'snapshot') this.#messages.clear();
    this.#rev = frame.lastRev;
    this.#take(frame.messages);
    for (const { seq, sender, text } of frame.messages)
      if (newest > 0 && seq > newest && sender.id !== this.#session.userId) this.#heard(text);
    this.#changed();
  }

  #take(messages: Message[]): void {
    for (const message of messages) {
      this.#messages.set(message.seq, message);
      if (message.sender.id === this.#session.userId) {
        this.#pending = this.#pending.filter(({ clientId }) => clientId !== message.clientId);
        this.#read = Math.max(this.#read, message.seq);
      }
      // Who answers has read.
      else this.#state.agentsRead = Math.max(this.#state.agentsRead, message.seq);
    }
  }

  #typing(name: string): void {
    this.#state.typing = name;
    this.#typingUntil = performance.now() + TYPING_MS;
    this.#later(TYPING_MS + 50, () => {
      if (performance.now() >= this.#typingUntil) this.#set({ typing: null });
    });
  }

  /** One message at a time, so that they keep their order. */
  async #flush(attempt = 0): Promise<void> {
    const next = this.#pending.find(({ failed }) => !failed);
    if (this.#sending || !next || this.#stopped) return;
    this.#sending = true;
    let again: number | undefined;
    try {
      this.#take([await this.#deliver(next)]);
      this.#state.away = false;
      this.#live.start();
    } catch (err) {
      const refusal = err instanceof Refusal ? err : new Refusal(0, 'internal');
      if (refusal.passing) {
        again = Math.max(refusal.retryAfterMs, fullJitter(attempt, RETRY) + 500);
        this.#state.away = refusal.status !== 429;
      } else {
        this.#pending = this.#pending.map((each) => (each === next ? { ...each, failed: true } : each));
        if (refusal.status === 403) this.#state.blocked = true;
      }
    }
    this.#sending = false;
    this.#changed();
    if (again === undefined) void this.#flush();
    else this.#later(again, () => void this.#flush(attempt + 1));
  }

  async #deliver({ clientId, text }: Pending): Promise<Message> {
    await this.#session.begin(this.#name);
    if (this.#room && !this.#state.blocked) {
      try {
        const path = `/rooms/${this.#room.id}/messages`;
        return (await this.#session.call<{ message: Message }>('POST', path, { clientId, text })).message;
      } catch (err) {
        if (!(err instanceof Refusal) || (err.status !== 404 && err.status !== 403 && err.status !== 401)) throw err;
        // Deleted, or left, or another session: the way of the first message decides.
      }
    }
    const page = location.href.slice(0, 2_048);
    const body = { clientId, text, ...(/^https?:/.test(page) ? { page } : {}) };
    const { room, message } = await this.#first(body);
    if (room.id !== this.#room?.id) this.#reset();
    this.#room = room;
    this.#state.blocked = this.#state.closed = false;
    this.#subscribe();
    return message;
  }

  async #first(body: object): Promise<{ room: Room; message: Message }> {
    const send = () => this.#session.call<{ room: Room; message: Message }>('POST', '/support/conversations', body);
    try {
      return await send();
    } catch (err) {
      if (!(err instanceof Refusal && err.status === 401)) throw err;
      this.#reset();
      await this.#session.begin(this.#name);
      return send();
    }
  }
}
