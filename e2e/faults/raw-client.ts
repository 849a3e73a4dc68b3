import type { ServerFrame, WelcomeFrame } from '@brook/common/contracts';
import WebSocket from 'ws';

type Answer = Extract<ServerFrame, { type: 'ack' | 'error' | 'pong' }>;
const ANSWER_MS = 20_000;

/** One socket and its frames, without any will of its own: what is asked is sent at once, in the order of the calls. */
export class RawClient {
  /** Frames that answer nothing, in their order. */
  readonly events: ServerFrame[] = [];
  readonly socket: WebSocket;
  readonly #token: string;
  readonly #waiting = new Map<string, { resolve: (frame: Answer) => void; timer: NodeJS.Timeout }>();
  #welcomed: ((frame: WelcomeFrame) => void) | undefined;
  #count = 0;

  readonly #read = (data: Buffer) => this.#frame(JSON.parse(data.toString()) as ServerFrame);

  constructor(url: string, token: string) {
    this.#token = token;
    this.socket = new WebSocket(`${url.replace(/^http/, 'ws')}/ws`, 'brook.v1');
    this.socket.on('message', this.#read);
    // Whoever waits for an answer is told by the time limit.
    this.socket.on('error', () => undefined);
  }

  /** Introduces itself; resolves with the welcome. */
  hello(): Promise<WelcomeFrame> {
    const welcome = new Promise<WelcomeFrame>((resolve) => {
      this.#welcomed = resolve;
    });
    const greet = () => this.socket.send(JSON.stringify({ type: 'hello', token: this.#token }));
    if (this.socket.readyState === WebSocket.OPEN) greet();
    else this.socket.once('open', greet);
    return welcome;
  }

  /** Sends a frame and resolves with its answer, whatever it is. */
  ask(frame: object): Promise<Answer> {
    const id = String(++this.#count);
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`no answer to ${JSON.stringify(frame)}`)), ANSWER_MS);
      this.#waiting.set(id, { resolve, timer });
      this.socket.send(JSON.stringify({ ...frame, id }));
    });
  }

  /** Reads no frame any more: the caller listens on the socket itself. */
  dump(): void {
    this.socket.off('message', this.#read);
  }

  close(): void {
    for (const { timer } of this.#waiting.values()) clearTimeout(timer);
    this.socket.terminate();
  }

  #frame(frame: ServerFrame): void {
    if (frame.type === 'welcome') this.#welcomed?.(frame);
    else if (frame.type === 'ack' || frame.type === 'error' || frame.type === 'pong') this.#answer(frame);
    else this.events.push(frame);
  }

  #answer(frame: Answer): void {
    const waiting = this.#waiting.get(frame.id ?? '');
    if (!waiting) return;
    clearTimeout(waiting.timer);
    this.#waiting.delete(frame.id ?? '');
    waiting.resolve(frame);
  }
}
