import { CLOSE } from '@brook/common/contracts';
import type { ClientFrame, ClientFrameType, ServerEvent, ServerFrame, WelcomeFrame } from '@brook/common/contracts';
import { Emitter } from '../emitter.js';
import { BrookError, toBrookError } from '../errors.js';
import type { Timing } from '../options.js';
import type { ConnectionState } from './connection-state.js';
import { Liveness } from './liveness.js';
import { type Ack, type AnswerHandler, PendingAnswers } from './pending-answers.js';
import { afterClose } from './reconnect-rule.js';
import { OPEN, type SocketLike, type WebSocketConstructor } from './socket.js';

/** Where the connection gets its access token from. `refresh` rejects with `unauthenticated` when the session is over. */
export interface TokenSource {
  token(): Promise<string>;
  refresh(): Promise<unknown>;
}

export interface ConnectionOptions {
  /** `ws://` or `wss://` address of the socket. */
  url: string;
  webSocket: WebSocketConstructor;
  tokens: TokenSource;
  timing: Timing;
}

export interface ConnectionEvents {
  state: ConnectionState;
  /** Hello was said on a new socket. */
  greeted: undefined;
  welcome: WelcomeFrame;
  /** The socket is gone; every pending answer has failed already. */
  lost: number;
  event: ServerEvent;
}

/** A frame without its id, which the connection chooses. */
export type Question = { [T in ClientFrameType]: Omit<ClientFrame<T>, 'id'> }[ClientFrameType];

/** Network failures have no close code of Brook's; 1006 is what WebSocket calls them. */
const ABNORMAL = 1006;

/**
 * One client's socket over all its lives.
 *
 *   idle --connect--> connecting --welcome--> online
 *   connecting | online --socket lost--> waiting --time--> connecting      (close codes that allow it)
 *   connecting | online --4501--> connecting                               (once, with a renewed token)
 *   any --4500..4999, or no session--> closed;  any --disconnect--> idle
 *
 * A socket is dropped from our side, not merely asked to close, when it does not greet or answer probes: a half-open
 * one would take minutes to say so.
 */
export class Connection extends Emitter<ConnectionEvents> {
  readonly #options: ConnectionOptions;
  readonly #answers = new PendingAnswers();
  #state: ConnectionState = { status: 'idle' };
  #socket: SocketLike | null = null;
  #liveness: Liveness | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #refreshed = false;
  #goodbyeMs: number | null = null;
  #onlineAt = 0;
  /** Hello was said on the present socket. */
  #greeted = false;
  /** Raised whenever a running attempt becomes void. */
  #life = 0;

  constructor(options: ConnectionOptions) {
    super();
    this.#options = options;
  }

  get state(): ConnectionState {
    return this.#state;
  }

  get online(): boolean {
    return this.#state.status === 'online';
  }

  /** Starts connecting; nothing happens where it already does. */
  connect(): void {
    if (this.#state.status === 'idle' || this.#state.status === 'closed') {
      this.#attempt = 0;
      this.#refreshed = false;
      void this.#open();
    }
  }

  /** Ends the connection; `connect` may start it again. */
  disconnect(): void {
    this.#drop(1000);
    this.#to({ status: 'idle' });
  }

  /** Ends the connection for good, e.g. because the session is over. */
  end(code: number, reason: string): void {
    this.#drop(1000);
    this.#to({ status: 'closed', code, reason });
  }

  /** Something changed outside (network back, machine awake): do not wait, and do not trust an old socket. */
  nudge(): void {
    if (this.#state.status === 'waiting') {
      this.#attempt = 0;
      void this.#open();
    } else this.#liveness?.check();
  }

  /** Drops the socket and connects again at once; every room is resumed. */
  resync(): void {
    if (this.#state.status === 'online') this.#closed(CLOSE.resync.code, CLOSE.resync.reason);
  }

  /** Sends a frame that wants no answer. False where there is no connection. */
  tell(frame: Question): boolean {
    if (this.#state.status !== 'online') return false;
    return this.#write(frame);
  }

  /** Sends a frame; `handler` is called synchronously with its answer, so before any later frame is handled. */
  ask(frame: Question, handler: AnswerHandler): void {
    if (this.#state.status !== 'online') return handler.fail(new BrookError('disconnected', 'There is no connection'));
    this.askEarly(frame, handler);
  }

  /**
   * `ask`, but from `greeted` on: right behind the hello, which saves a round trip. The answer comes after `welcome`, or
   * fails as `disconnected` when there is none.
   */
  askEarly(frame: Question, handler: AnswerHandler): void {
    if (!this.#greeted) return handler.fail(new BrookError('disconnected', 'There is no connection'));
    const id = this.#answers.add(handler, this.#options.timing.answerMs);
    this.#write({ ...frame, id });
  }

  /** `ask` as a promise. */
  request(frame: Question): Promise<Ack> {
    return new Promise((resolve, reject) => this.ask(frame, { ok: resolve, fail: reject }));
  }

  async #open(): Promise<void> {
    this.#drop(1000);
    const life = this.#life;
    this.#to({ status: 'connecting', attempt: this.#attempt });
    try {
      const token = await this.#options.tokens.token();
      if (life === this.#life) this.#greet(token);
    } catch (error) {
      if (life === this.#life) this.#tokenFailed(toBrookError(error));
    }
  }

  #greet(token: string): void {
    const socket = new this.#options.webSocket(this.#options.url, 'brook.v1');
    this.#socket = socket;
    const mine = (action: () => void) => () => {
      if (socket === this.#socket) action();
    };
    this.#timer = setTimeout(
      mine(() => this.#closed(ABNORMAL, 'no welcome')),
      this.#options.timing.handshakeMs,
    );
    socket.addEventListener(
      'open',
      mine(() => this.#hello(token)),
    );
    socket.addEventListener('message', ({ data }) => mine(() => this.#frame(data))());
    socket.addEventListener('close', ({ code, reason }) => mine(() => this.#closed(code, reason))());
    // A close always follows an error; without a listener `ws` would throw it.
    socket.addEventListener('error', () => undefined);
  }

  #hello(token: string): void {
    this.#greeted = this.#write({ type: 'hello', token });
    if (this.#greeted) this.emit('greeted', undefined);
  }

  #frame(data: unknown): void {
    this.#liveness?.heard();
    let frame: ServerFrame;
    try {
      frame = JSON.parse(String(data)) as ServerFrame;
    } catch {
      return this.#closed(CLOSE.resync.code, 'unreadable frame');
    }
    switch (frame.type) {
      case 'welcome':
        return this.#welcomed(frame);
      case 'ack':
      case 'error':
        return this.#answers.settle(frame);
      case 'pong':
        return;
      case 'goodbye':
        this.#goodbyeMs = frame.reconnectAfterMs;
        return this.emit('event', frame);
      default:
        return this.emit('event', frame);
    }
  }

  #welcomed(welcome: WelcomeFrame): void {
    clearTimeout(this.#timer);
    this.#refreshed = false;
    this.#goodbyeMs = null;
    this.#onlineAt = performance.now();
    const { silenceMs, probeMs } = this.#options.timing;
    this.#liveness = new Liveness(
      { silenceMs, probeMs },
      () => this.#write({ type: 'ping', id: 'alive' }),
      () => this.#closed(CLOSE.heartbeatLost.code, 'no sign of life'),
    );
    this.#to({ status: 'online', welcome });
    this.emit('welcome', welcome);
  }

  #closed(code: number, reason: string): void {
    if (this.#onlineAt > 0 && performance.now() - this.#onlineAt >= this.#options.timing.stableMs) this.#attempt = 0;
    const { reconnectBaseMs: baseMs, reconnectCapMs: capMs } = this.#options.timing;
    const facts = { code, attempt: this.#attempt, refreshed: this.#refreshed, goodbyeMs: this.#goodbyeMs };
    const next = afterClose(facts, { baseMs, capMs });
    this.#drop(code >= 4000 ? code : 1000);
    switch (next.kind) {
      case 'stop':
        return this.#to({ status: 'closed', code, reason });
      case 'refresh':
        this.#refreshed = true;
        return void this.#refreshAndOpen();
      case 'wait':
        return this.#wait(next.ms, code);
      default:
        return next satisfies never;
    }
  }

  async #refreshAndOpen(): Promise<void> {
    const life = this.#life;
    this.#to({ status: 'connecting', attempt: this.#attempt });
    try {
      await this.#options.tokens.refresh();
      if (life === this.#life) await this.#open();
    } catch (error) {
      if (life === this.#life) this.#tokenFailed(toBrookError(error));
    }
  }

  /** Without a token there is no greeting: either the session is over, or the server cannot be reached just now. */
  #tokenFailed(error: BrookError): void {
    if (error.retryable || error.code === 'internal') return this.#closed(ABNORMAL, error.message);
    this.#drop(1000);
    this.#to({ status: 'closed', code: CLOSE.unauthenticated.code, reason: error.message });
  }

  #wait(ms: number, code: number): void {
    this.#attempt++;
    this.#goodbyeMs = null;
    this.#to({ status: 'waiting', attempt: this.#attempt, retryAt: Date.now() + ms, code });
    this.#timer = setTimeout(() => void this.#open(), ms);
  }

  /** Forgets the present socket and attempt; whatever still waits for an answer fails with `disconnected`. */
  #drop(code: number): void {
    this.#life++;
    clearTimeout(this.#timer);
    this.#liveness?.stop();
    this.#liveness = null;
    this.#onlineAt = 0;
    this.#greeted = false;
    const socket = this.#socket;
    this.#socket = null;
    const wasOnline = this.#state.status === 'online';
    if (socket && socket.readyState <= OPEN) {
      // A dead peer never answers a close frame; `ws` would wait half a minute for it.
      if (code === CLOSE.heartbeatLost.code && socket.terminate) socket.terminate();
      else socket.close(code);
    }
    if (wasOnline) this.#state = { status: 'connecting', attempt: this.#attempt };
    this.#answers.failAll(new BrookError('disconnected', 'The connection was lost'));
    if (wasOnline) this.emit('lost', code);
  }

  #to(state: ConnectionState): void {
    this.#state = state;
    this.emit('state', state);
  }

  #write(frame: Question & { id?: string }): boolean {
    if (this.#socket?.readyState !== OPEN) return false;
    this.#socket.send(JSON.stringify(frame));
    return true;
  }
}
