import type { ClientFrame, ClientFrameType, ServerFrame } from '@brook/common/contracts';
import { afterClose } from '@brook/sdk/core';
import { Refusal, type Session } from './session';

/** A frame without its id, which this side chooses. */
type Outgoing = { [T in ClientFrameType]: Omit<ClientFrame<T>, 'id'> }[ClientFrameType];

export interface LiveOptions {
  url: string;
  session: Session;
  onFrame(frame: ServerFrame): void;
  /** The socket greeted, or is gone. */
  onState(online: boolean): void;
  /** The server does not want this session back. */
  onEnd(): void;
}

const BACKOFF = { baseMs: 500, capMs: 15_000 };
const GREETING_MS = 10_000;
/** A silent socket is asked after this, and given up after as much again. */
const QUIET_MS = 30_000;

/** One socket over all its lives: connects, greets, reconnects by the rule of the close codes, renews its token in place. */
export class Live {
  readonly #options: LiveOptions;
  #socket: WebSocket | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #watch: ReturnType<typeof setTimeout> | undefined;
  #renewal: ReturnType<typeof setTimeout> | undefined;
  #attempt = 0;
  #refreshed = false;
  #goodbyeMs: number | null = null;
  #ids = 0;
  #running = false;
  /** Number of the present run: what an earlier one still waited for is void. */
  #run = 0;
  online = false;

  constructor(options: LiveOptions) {
    this.#options = options;
  }

  /** Connects, and stays connected until `stop`. */
  start(): void {
    if (this.#running) return;
    this.#running = true;
    addEventListener('online', this.#nudge);
    document.addEventListener('visibilitychange', this.#nudge);
    void this.#open();
  }

  stop(): void {
    this.#running = false;
    this.#run++;
    removeEventListener('online', this.#nudge);
    document.removeEventListener('visibilitychange', this.#nudge);
    clearTimeout(this.#timer);
    this.#drop();
  }

  /** Sends a frame. @returns its id, or undefined without a connection */
  send(frame: Outgoing): string | undefined {
    if (!this.online) return undefined;
    const id = `w${++this.#ids}`;
    this.#socket?.send(JSON.stringify({ ...frame, id }));
    return id;
  }

  /** The network is back, or somebody looks again: do not wait. */
  readonly #nudge = () => {
    if (this.#socket || document.visibilityState === 'hidden') return;
    this.#attempt = 0;
    void this.#open();
  };

  async #open(): Promise<void> {
    clearTimeout(this.#timer);
    this.#drop();
    const run = this.#run;
    let token: string;
    try {
      token = await this.#options.session.token();
    } catch (err) {
      if (run !== this.#run) return;
      if (err instanceof Refusal && err.status === 401) this.#options.onEnd();
      else this.#later(1006);
      return;
    }
    if (run !== this.#run || !this.#running || this.#socket) return;
    const socket = new WebSocket(this.#options.url, 'brook.v1');
    this.#socket = socket;
    this.#quiet(GREETING_MS);
    socket.onopen = () => socket.send(JSON.stringify({ type: 'hello', token }));
    socket.onmessage = ({ data }) => this.#frame(JSON.parse(String(data)) as ServerFrame);
    socket.onclose = ({ code }) => {
      if (socket !== this.#socket) return;
      this.#drop();
      this.#later(code);
    };
  }

  #frame(frame: ServerFrame): void {
    this.#quiet(QUIET_MS);
    if (frame.type === 'welcome') {
      this.online = true;
      this.#attempt = 0;
      this.#refreshed = false;
      this.#goodbyeMs = null;
      this.#keepFresh(Date.parse(frame.expiresAt) - Date.now());
      this.#options.onState(true);
    }
    if (frame.type === 'goodbye') this.#goodbyeMs = frame.reconnectAfterMs;
    this.#options.onFrame(frame);
  }

  /** A new token extends the open session before the old one ends. */
  #keepFresh(lifeMs: number): void {
    clearTimeout(this.#renewal);
    this.#renewal = setTimeout(
      () => {
        const { session } = this.#options;
        session
          .token()
          .then((token) => {
            this.send({ type: 'auth', token });
            this.#keepFresh(14 * 60_000);
          })
          // The server closes the socket when the token ends; what follows is decided there.
          .catch(() => undefined);
      },
      Math.max(1_000, lifeMs - 45_000),
    );
  }

  #quiet(ms: number): void {
    clearTimeout(this.#watch);
    this.#watch = setTimeout(() => {
      if (this.send({ type: 'ping' }) === undefined) return this.#socket?.close();
      this.#watch = setTimeout(() => this.#socket?.close(), QUIET_MS);
    }, ms);
  }

  #drop(): void {
    clearTimeout(this.#watch);
    clearTimeout(this.#renewal);
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close();
    }
    if (!this.online) return;
    this.online = false;
    this.#options.onState(false);
  }

  #later(code: number): void {
    if (!this.#running) return;
    const next = afterClose({ code, attempt: this.#attempt++, refreshed: this.#refreshed, goodbyeMs: this.#goodbyeMs }, BACKOFF);
    if (next.kind === 'stop') return this.#options.onEnd();
    if (next.kind === 'wait') {
      this.#timer = setTimeout(() => void this.#open(), next.ms + 100);
      return;
    }
    this.#refreshed = true;
    const { session } = this.#options;
    session
      .token()
      .then((token) => session.renew(token))
      .then(() => void this.#open())
      .catch(() => this.#options.onEnd());
  }
}
