import type { Message, OwnConversation, Room, ServerFrame } from '@brook/common/contracts';
import { fullJitter } from '@brook/sdk/core';
import { Deliveries } from './deliveries';
import { sendFirst } from './first-message';
import { Greetings } from './greetings';
import { Live } from './live';
import { MessageStore } from './message-store';
import { readAll, readPage } from './pages';
import { Refusal, Session } from './session';
import { SignIn } from './sign-in';
import { Timers } from './timers';
import { EMPTY, type Pending, type State, type View } from './view';

const TYPING_MS = 5_000;
const TYPING_EVERY_MS = 2_500;
const RETRY = { baseMs: 1_000, capMs: 15_000 };

/** A visitor's conversation: what was said, what is on its way, and who is there. `changed` follows every change. */
export class SupportConversation {
  readonly #session: Session;
  readonly #live: Live;
  readonly #deliveries: Deliveries;
  readonly #timers = new Timers();
  readonly #greetings: Greetings;
  /** Who the visitor is. */
  readonly signIn: SignIn;
  readonly #log = new MessageStore();
  readonly #changed: () => void;
  readonly #heard: (text: string) => void;
  readonly #state: State = { ...EMPTY };
  #room: Room | null = null;
  #subscribing: string | undefined;
  /** Seq up to which the server knows that the visitor has read. */
  #told = 0;
  #typedAt = 0;
  #name = '';
  #gone = false;
  #quiet: (() => void) | undefined;

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
    this.#greetings = new Greetings({
      session: this.#session,
      timers: this.#timers,
      // With a conversation the socket tells whether the server is there.
      heard: (greeting) => this.#set({ ...greeting, away: this.#room !== null && this.#state.away }),
      failed: () => this.#set({ away: true }),
    });
    this.signIn = new SignIn({
      base,
      session: this.#session,
      switched: (before) => this.#switched(before),
      failed: (signInFailure) => this.#set({ signInFailure }),
    });
    this.#deliveries = new Deliveries({
      timers: this.#timers,
      changed,
      deliver: (pending) => this.#deliver(pending),
      delivered: (message) => this.#delivered(message),
      refused: (refusal) => this.#refused(refusal),
    });
    if (this.#session.userId) void this.#resume();
  }

  view(): View {
    const { userId, name } = this.#session;
    const messages = this.#log.all();
    const more = (messages[0]?.seq ?? 1) > 1;
    const unread = this.#log.unread(userId);
    return { ...this.#state, messages, pending: this.#deliveries.pending, more, userId, name, begun: userId !== null, unread };
  }

  /** The panel is open: asks from time to time what the server says and who is there. */
  watch(on: boolean): void {
    this.#greetings.watch(on);
  }

  /** Sends a message; it stays `pending` until the server has it, through any number of failures. */
  send(text: string, name = ''): void {
    this.#name ||= name;
    this.#state.signInFailure = '';
    this.#deliveries.add(text);
  }

  /** Sends once more what was refused. */
  retry(clientId: string): void {
    this.#deliveries.retry(clientId);
  }

  /** The visitor has seen everything that is there. */
  readAll(): void {
    const { newest } = this.#log;
    this.#log.readUpTo(newest);
    if (!this.#room || newest <= this.#told) return;
    if (this.#live.send({ type: 'room.read', roomId: this.#room.id, seq: newest }) !== undefined) this.#told = newest;
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
    const [oldest] = this.#log.all();
    if (!oldest || !this.#room) return;
    this.#take(await readPage(this.#session, this.#room.id, `before=${oldest.seq}`));
    this.#changed();
  }

  /** Every message, oldest first. @throws Refusal */
  async all(): Promise<Message[]> {
    return this.#room ? readAll(this.#session, this.#room.id) : [];
  }

  stop({ forget }: { forget: boolean }): void {
    this.#gone = true;
    this.#live.stop();
    this.signIn.stop();
    this.#timers.stop();
    if (forget) this.#session.forget({ onServer: true });
  }

  #set(change: Partial<State>): void {
    Object.assign(this.#state, change);
    this.#changed();
  }

  /** Takes up what an earlier visit began. */
  async #resume(attempt = 0): Promise<void> {
    const { userId } = this.#session;
    const stale = () => this.#gone || userId !== this.#session.userId;
    try {
      const path = '/support/conversations/current';
      const { conversation } = await this.#session.call<{ conversation: OwnConversation | null }>('GET', path);
      if (stale()) return;
      this.#apply(conversation);
      this.#live.start();
    } catch (err) {
      if (err instanceof Refusal && err.status === 401 && userId !== null) return this.#ended();
      if (stale()) return;
      this.#set({ away: true });
      this.#timers.after(fullJitter(attempt, RETRY) + 500, () => void this.#resume(attempt + 1));
    }
  }

  #apply(conversation: OwnConversation | null): void {
    this.#room = conversation?.room ?? null;
    this.#told = Math.max(this.#told, conversation?.lastReadSeq ?? 0);
    this.#log.readUpTo(this.#told);
    const agentsRead = Math.max(this.#state.agentsRead, conversation?.agentsReadSeq ?? 0);
    this.#set({ closed: conversation?.state === 'closed', blocked: Boolean(conversation?.block), agentsRead });
    this.#subscribe();
  }

  #subscribe(): void {
    if (!this.#room || this.#state.blocked || !this.#live.online) return;
    const { rev } = this.#log;
    const since = rev === undefined ? {} : { since: rev };
    this.#subscribing = this.#live.send({ type: 'room.subscribe', roomId: this.#room.id, ...since });
  }

  #connected(online: boolean): void {
    this.#set({ away: !online, typing: null });
    if (!online) return;
    this.#subscribe();
    void this.#deliveries.flush();
  }

  /** The session is over: the next message begins another one. */
  #ended(): void {
    this.#live.stop();
    this.#session.forget();
    this.#reset();
    // Somebody else, whom another tab knows.
    if (this.#session.userId) void this.#resume();
  }

  #switched(before: string | null): void {
    this.#live.stop();
    this.#state.away = false;
    if (this.#session.userId === before) this.#changed();
    else this.#reset();
    if (this.#session.userId) void this.#resume();
  }

  #reset(): void {
    this.#room = null;
    this.#log.reset();
    this.#told = 0;
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
    else if (frame.type === 'room.read' && foreign(frame.userId)) this.#agentsRead(frame.seq);
    else if (frame.type === 'typing' && foreign(frame.user.id)) this.#typing(frame.user.displayName);
    else if (frame.type === 'conversation.updated') this.#state.closed = frame.state === 'closed';
    else if (frame.type === 'membership.removed') {
      if (frame.reason === 'room_deleted') return this.#reset();
      this.#state.blocked = frame.reason === 'banned';
    }
    this.#changed();
  }

  #message({ type, rev, message }: { type: string; rev: number; message: Message }): void {
    this.#log.rev = rev;
    this.#take([message]);
    if (message.sender.id === this.#session.userId) return;
    Object.assign(this.#state, { typing: null, agentsOnline: true });
    if (type === 'message.created') this.#heard(message.text);
  }

  #subscribed(frame: ServerFrame & { id: string }): void {
    if (frame.id !== this.#subscribing || !('messages' in frame)) return;
    const { newest } = this.#log;
    if (frame.mode === 'snapshot') this.#log.drop();
    this.#log.rev = frame.lastRev;
    this.#take(frame.messages);
    for (const { seq, sender, text } of frame.messages)
      if (newest > 0 && seq > newest && sender.id !== this.#session.userId) this.#heard(text);
    this.#changed();
  }

  #take(messages: readonly Message[]): void {
    // Who answers has read.
    this.#agentsRead(this.#log.take(messages, this.#session.userId));
    this.#deliveries.seen(messages);
  }

  #agentsRead(seq: number): void {
    this.#state.agentsRead = Math.max(this.#state.agentsRead, seq);
  }

  #typing(name: string): void {
    Object.assign(this.#state, { typing: name, agentsOnline: true });
    this.#quiet?.();
    this.#quiet = this.#timers.after(TYPING_MS, () => this.#set({ typing: null }));
  }

  #delivered(message: Message): void {
    // The visitor became somebody else meanwhile.
    if (message.sender.id !== this.#session.userId) return this.#deliveries.seen([message]);
    this.#take([message]);
    this.#state.away = false;
    if (!this.#gone) this.#live.start();
  }

  #refused({ passing, status }: Refusal): void {
    if (passing) this.#state.away = status !== 429;
    else if (status === 403) this.#state.blocked = true;
  }

  async #deliver({ clientId, text }: Pending): Promise<Message> {
    await this.#session.begin(this.#name);
    if (this.#room && !this.#state.blocked) {
      try {
        const path = `/rooms/${this.#room.id}/messages`;
        return (await this.#session.call<{ message: Message }>('POST', path, { clientId, text })).message;
      } catch (err) {
        if (!(err instanceof Refusal) || ![401, 403, 404].includes(err.status)) throw err;
        // Deleted, or left, or another session: the way of the first message decides.
      }
    }
    const { room, message } = await sendFirst(this.#session, { clientId, text }, () => {
      this.#reset();
      return this.#session.begin(this.#name);
    });
    if (message.sender.id !== this.#session.userId) return message;
    if (room.id !== this.#room?.id) this.#reset();
    this.#room = room;
    this.#state.blocked = this.#state.closed = false;
    this.#subscribe();
    return message;
  }
}
