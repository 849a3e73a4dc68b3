import WebSocket from 'ws';

const KEPT = 40;
const LONGEST = 220;

/** The last frames of one client, over all its sockets: what to look at when it does not get on. */
export class FrameTail {
  readonly #lines: string[] = [];
  readonly #since = performance.now();

  /** A WebSocket whose frames are noted here. */
  readonly socket: typeof WebSocket;

  constructor() {
    const note = (text: string) => this.#note(text);
    this.socket = class extends WebSocket {
      constructor(url: string, protocols: string) {
        super(url, protocols);
        note('opens a socket');
        this.on('message', (data: Buffer) => note(`<- ${data.toString()}`));
        this.on('close', (code) => note(`closed ${code}`));
      }

      override send(data: string): void {
        note(`-> ${data}`);
        super.send(data);
      }
    } as typeof WebSocket;
  }

  get lines(): readonly string[] {
    return this.#lines;
  }

  /** News of others' messages say nothing of a client that waits. */
  #note(text: string): void {
    if (text.startsWith('<- {"type":"message.')) return;
    this.#lines.push(`${Math.round(performance.now() - this.#since)} ms ${text.slice(0, LONGEST)}`);
    if (this.#lines.length > KEPT) this.#lines.shift();
  }
}
