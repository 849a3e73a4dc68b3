import { CLOSE } from '@brook/common/contracts';
import type { MentionItem, Message, Page, ServerEvent, User } from '@brook/common/contracts';
import { onWakeUp } from './browser-signals.js';
import { Emitter } from './emitter.js';
import { BrookError } from './errors.js';
import { type BrookOptions, type ResolvedOptions, resolveOptions } from './options.js';
import { Outbox, type SendOptions } from './outbox/outbox.js';
import { RestClient, type RestRequest } from './rest/rest-client.js';
import { type PageOptions, RoomsApi } from './rest/rooms-api.js';
import { SearchApi, type SearchOptions, type SearchResults } from './rest/search-api.js';
import { type RestoreOptions, Session } from './rest/session.js';
import { UsersApi } from './rest/users-api.js';
import type { RememberedRoom } from './rooms/message-log.js';
import type { Subscription } from './rooms/subscription.js';
import { Subscriptions } from './rooms/subscriptions.js';
import { forgivingStorage } from './storage/forgiving-storage.js';
import { Connection, type Question } from './socket/connection.js';
import type { ConnectionState } from './socket/connection-state.js';
import type { Ack } from './socket/pending-answers.js';
import { requestPersistently } from './socket/persistent-request.js';

/** The event of one type, out of a union some of whose members stand for several types. */
type EventOf<T, E = ServerEvent> = E extends { type: infer Types } ? (T extends Types ? E & { type: T } : never) : never;
type ServerEvents = { [T in ServerEvent['type']]: EventOf<T> };

/** What a client announces: every event of the protocol by its own name, and three of its own. */
export interface BrookEvents extends ServerEvents {
  state: ConnectionState;
  /** Who is signed in; null when the session has ended, whoever ended it. */
  user: User | null;
  /** The storage failed: unsent messages may not survive a reload. */
  storage: Error;
}

/** A client of one Brook server, for one person at a time. Made by `createBrook`. */
export class Brook extends Emitter<BrookEvents> {
  /** Calls about rooms, members and history. */
  readonly rooms: RoomsApi;
  /** Calls about people. */
  readonly users: UsersApi;
  /** Messages of one's own that are on their way. */
  readonly outbox: Outbox;
  readonly #search: SearchApi;
  readonly #rest: RestClient;
  readonly #session: Session;
  readonly #connection: Connection;
  readonly #subscriptions: Subscriptions;
  readonly #stopWakeUp: () => void;
  readonly #waitMs: number;
  #userId: string | null = null;

  constructor(options: ResolvedOptions) {
    super();
    const { url, tokens, timing, webSocket } = options;
    const storage = forgivingStorage(options.storage, (error) => this.emit('storage', error));
    const rest = new RestClient({ url, tokens, timeoutMs: timing.requestMs });
    const session = new Session({ rest, storage, tokens, renewBeforeMs: timing.renewBeforeMs });
    rest.authorizeWith(session);
    const socketUrl = `${url.replace(/^http/, 'ws')}/ws`;
    const connection = new Connection({ url: socketUrl, webSocket, tokens: session, timing });
    this.rooms = new RoomsApi(rest);
    this.users = new UsersApi(rest, session);
    this.#search = new SearchApi(rest);
    this.#rest = rest;
    this.#session = session;
    this.#connection = connection;
    this.#waitMs = timing.requestMs;
    this.#subscriptions = new Subscriptions(connection, this.rooms, timing, (messages) => this.outbox.seen(messages));
    this.outbox = new Outbox({ connection, storage, awaited: (message) => this.#awaited(message) });
    this.#stopWakeUp = onWakeUp(() => connection.nudge());
    session.on('user', (user) => this.#signedIn(user));
    session.on('token', (token) => this.#extend(token));
    connection.on('state', (state) => this.#connected(state));
    connection.on('event', (event) => this.emit(event.type, event as never));
  }

  /** Who is signed in. */
  get user(): User | null {
    return this.#session.user;
  }

  get state(): ConnectionState {
    return this.#connection.state;
  }

  /** A call of the REST API that has no method here, as the person who is signed in. */
  call<T>(request: RestRequest): Promise<T> {
    return this.#rest.call<T>(request);
  }

  /** Makes an account and signs in with it. */
  signUp(body: { username: string; password: string; displayName?: string }): Promise<User> {
    return this.#session.begin('/users', body);
  }

  logIn(body: { username: string; password: string }): Promise<User> {
    return this.#session.begin('/sessions', body);
  }

  /** Enters without an account. */
  guest(body: { displayName?: string } = {}): Promise<User> {
    return this.#session.begin('/sessions/guest', body);
  }

  /** Takes up the session of an earlier run; null where there is none any more. */
  restore(options: RestoreOptions = {}): Promise<User | null> {
    return this.#session.restore(options);
  }

  /** Ends the session here and on the server, and forgets unsent messages. */
  async logOut(): Promise<void> {
    await this.outbox.clear();
    await this.#session.end();
  }

  /**
   * Opens the socket and keeps it open. Resolves when it is there, which may take many attempts; rejects when the
   * server refuses this client for good, or `disconnect` is called.
   */
  connect(): Promise<void> {
    if (!this.user) return Promise.reject(new BrookError('unauthenticated', 'Sign in first'));
    this.#session.keepFresh(true);
    this.#connection.connect();
    return new Promise((resolve, reject) => {
      const settle = (state: ConnectionState): boolean => {
        if (state.status === 'online') resolve();
        else if (state.status === 'closed') reject(refusalOf(state));
        else if (state.status === 'idle') reject(new BrookError('closed', 'The client was disconnected'));
        else return false;
        return true;
      };
      if (settle(this.state)) return;
      const off = this.#connection.on('state', (state) => settle(state) && off());
    });
  }

  /** Closes the socket; the session lives on, and `connect` opens it again. */
  disconnect(): void {
    this.#session.stop();
    this.#connection.disconnect();
  }

  /** Stops everything: socket, timers, events. Unsent messages stay in the storage. */
  close(): Promise<void> {
    this.#stopWakeUp();
    this.disconnect();
    this.outbox.stop();
    this.#subscriptions.clear();
    this.silence();
    return Promise.resolve();
  }

  /** Watches a room. Resolves when its messages are there; rejects when the server refuses it. `close()` it when done. */
  async subscribe(roomId: string): Promise<Subscription> {
    const subscription = this.watch(roomId);
    try {
      await subscription.ready();
      return subscription;
    } catch (error) {
      subscription.close();
      throw error;
    }
  }

  /** Like `subscribe`, but at once: `state` tells how far it is. What an earlier run `remembered` is shown until then. */
  watch(roomId: string, remembered?: RememberedRoom): Subscription {
    return this.#subscriptions.hold(roomId, remembered);
  }

  /**
   * Sends a message; messages to one room are stored in the order of these calls. Resolves when the server has stored
   * it, through any number of reconnects; rejects when it is refused for good, and it then waits in `outbox` as `failed`.
   */
  send(roomId: string, text: string, options: SendOptions = {}): Promise<Message> {
    return this.outbox.send(roomId, text, options);
  }

  /** Changes the text of one's own message. */
  async edit(roomId: string, seq: number, text: string): Promise<Message> {
    return messageOf(await this.#ask({ type: 'message.edit', roomId, seq, text }));
  }

  /** Empties a message; it stays in its place. */
  async deleteMessage(roomId: string, seq: number): Promise<Message> {
    return messageOf(await this.#ask({ type: 'message.delete', roomId, seq }));
  }

  /** Sets or takes back one's reaction. */
  async react(roomId: string, seq: number, emoji: string, on: boolean): Promise<void> {
    await this.#ask({ type: 'message.react', roomId, seq, emoji, on });
  }

  /** Moves one's own read marker in a room forward to `seq`; it never moves back. */
  async read(roomId: string, seq: number): Promise<{ lastReadSeq: number; unread: number }> {
    const ack = await this.#ask({ type: 'room.read', roomId, seq });
    return 'mode' in ack ? { lastReadSeq: seq, unread: 0 } : { lastReadSeq: ack.lastReadSeq ?? seq, unread: ack.unread ?? 0 };
  }

  /** Messages that hold what is looked for, the newest first: in one room, or in all that one may read. */
  search(options: SearchOptions): Promise<SearchResults> {
    return this.#search.search(options);
  }

  /**
   * Messages of one's rooms that mention one, the newest first. How many are unread stands in `rooms.mine()` and comes as
   * the event `room.mentions`.
   */
  mentions(options: PageOptions & { roomId?: string | undefined } = {}): Promise<Page<MentionItem>> {
    return this.#search.mentions(options);
  }

  /** Tells the others in the room that one is writing; lasts 5 s. Lost where there is no connection. */
  typing(roomId: string): void {
    this.#connection.tell({ type: 'typing', roomId });
  }

  /** Do not wait for the next attempt to reconnect. */
  reconnectNow(): void {
    this.#connection.nudge();
  }

  /** For what may be asked twice: a connection that is lost before the answer is no refusal. */
  #ask(question: Question): Promise<Ack> {
    return requestPersistently(this.#connection, question, this.#waitMs);
  }

  #awaited(message: Message): boolean {
    const subscription = this.#subscriptions.held(message.roomId);
    if (!subscription || subscription.state.status === 'refused') return false;
    return !subscription.messages.some((known) => known.seq === message.seq);
  }

  #signedIn(user: User | null): void {
    const changed = user?.id !== this.#userId;
    this.#userId = user?.id ?? null;
    if (changed) {
      this.#subscriptions.clear();
      if (this.state.status !== 'idle' && this.state.status !== 'closed') {
        if (user) this.#connection.disconnect();
        else this.#connection.end(CLOSE.unauthenticated.code, 'signed out');
      }
      this.outbox.use(this.#userId);
    }
    this.emit('user', user);
  }

  /** A renewed token extends the open session in place. One that is not accepted ends in a close, which is handled there. */
  #extend(token: string): void {
    if (this.#connection.online) {
      this.#connection.ask({ type: 'auth', token }, { ok: () => undefined, fail: () => undefined });
    }
  }

  /** The person may have got another role, or another name elsewhere, since they were asked for. */
  #greeted(user: User): void {
    if (user.id === this.user?.id && JSON.stringify(user) !== JSON.stringify(this.user)) this.#session.setUser(user);
  }

  #connected(state: ConnectionState): void {
    const over =
      state.status === 'closed' && (state.code === CLOSE.sessionRevoked.code || state.code === CLOSE.unauthenticated.code);
    if (state.status === 'online') this.#greeted(state.welcome.user);
    this.emit('state', state);
    if (over && this.user) void this.#session.forget();
  }
}

/** Makes a client. Nothing is sent before its first call. */
export const createBrook = (options: BrookOptions = {}): Brook => new Brook(resolveOptions(options));

function refusalOf(state: { code: number; reason: string }): BrookError {
  if (state.code === CLOSE.unauthenticated.code || state.code === CLOSE.sessionRevoked.code) {
    return new BrookError('unauthenticated', state.reason);
  }
  return new BrookError(state.code === CLOSE.forbidden.code ? 'forbidden' : 'closed', state.reason);
}

function messageOf(ack: { message?: Message } | object): Message {
  if ('message' in ack && ack.message) return ack.message;
  throw new BrookError('internal', 'The ack holds no message');
}
