import { once } from 'node:events';
import { type ClientOptions, WebSocket } from 'ws';

// biome-ignore lint/suspicious/noExplicitAny: tests look at whatever came
export type Frame = any;

export interface Closed {
  code: number;
  reason: string;
}

const WAIT_MS = 20_000;

/** A plain WebSocket client that remembers every frame: what a stranger's script would do. */
export class SocketClient {
  readonly frames: Frame[] = [];
  readonly closed: Promise<Closed>;
  readonly #ws: WebSocket;
  readonly #looks = new Set<() => void>();
  #ids = 0;

  constructor(url: string, { protocols = ['brook.v1'], ...options }: ClientOptions & { protocols?: string[] } = {}) {
    this.#ws = new WebSocket(`${url.replace(/^http/, 'ws')}/ws`, protocols, options);
    this.closed = new Promise((resolve) => this.#ws.on('close', (code, reason) => resolve({ code, reason: reason.toString() })));
    this.#ws.on('message', (data: Buffer) => {
      this.frames.push(JSON.parse(data.toString()));
      for (const look of this.#looks) look();
    });
    // A refused upgrade is told by `closed` (1006) and by `opened`.
    this.#ws.on('error', () => undefined);
  }

  /** Connects and says hello. @returns once the welcome is there */
  static async enter(url: string, token: string): Promise<SocketClient> {
    const client = new SocketClient(url);
    await client.opened();
    client.send({ type: 'hello', token });
    await client.next(({ type }) => type === 'welcome');
    return client;
  }

  /** @throws when the upgrade is refused, with the HTTP status */
  async opened(): Promise<void> {
    if (this.#ws.readyState === WebSocket.OPEN) return;
    const refused = once(this.#ws, 'unexpected-response').then(([, response]) => {
      this.#ws.terminate();
      throw new Error(`status ${(response as { statusCode: number }).statusCode}`);
    });
    refused.catch(() => undefined);
    await Promise.race([once(this.#ws, 'open'), refused]);
  }

  get protocol(): string {
    return this.#ws.protocol;
  }

  get open(): boolean {
    return this.#ws.readyState === WebSocket.OPEN;
  }

  send(frame: object): void {
    this.#ws.send(JSON.stringify(frame));
  }

  raw(data: string | Buffer): void {
    this.#ws.send(data);
  }

  /** Sends a frame with an id of its own. @returns its answer: ack, pong or error */
  request(type: string, fields: object = {}): Promise<Frame> {
    const id = `r${++this.#ids}`;
    this.send({ type, id, ...fields });
    return this.next((frame) => frame.id === id);
  }

  /** The first frame that matches, of those that came or will. */
  next(matches: (frame: Frame) => boolean): Promise<Frame> {
    return new Promise((resolve, reject) => {
      const look = () => {
        const found = this.frames.find(matches);
        if (found === undefined) return;
        clearTimeout(timer);
        this.#looks.delete(look);
        resolve(found);
      };
      const timer = setTimeout(() => {
        this.#looks.delete(look);
        const last = this.frames.slice(-5).map((frame) => JSON.stringify(frame).slice(0, 200));
        reject(
          new Error(
            `no such frame: ${matches}; the socket is ${this.open ? 'open' : 'closed'}; the last were\n${last.join('\n')}`,
          ),
        );
      }, WAIT_MS);
      this.#looks.add(look);
      look();
    });
  }

  /** After this, everything that was written to the socket before has come. */
  async barrier(): Promise<void> {
    await this.request('ping');
  }

  /** Frames of a type, in the order in which they came. */
  of(type: string): Frame[] {
    return this.frames.filter((frame) => frame.type === type);
  }

  async leave(): Promise<void> {
    this.#ws.close();
    await this.closed;
  }

  /** Stops reading, as a client on a dead link. */
  pause(): void {
    this.#ws.pause();
  }

  resume(): void {
    this.#ws.resume();
  }
}
