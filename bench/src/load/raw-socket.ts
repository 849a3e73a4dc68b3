import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import { clientFrame, FrameReader, OPCODE } from './frame-reader.js';

/** What a connection tells its owner. */
export interface RawSocketEvents {
  /** The upgrade was accepted: frames may be sent. */
  open(): void;
  text(bytes: Buffer, start: number, end: number): void;
  /** The connection has ended or failed, also before it opened; called once, and not after `cut`. */
  ended(reason: string): void;
}

/** Every read of the process goes through one buffer: a frame is looked at before the next read. */
const shared = Buffer.allocUnsafe(256 * 1024);
const HEAD_END = Buffer.from('\r\n\r\n');

/** A WebSocket client on raw TCP: one read buffer for all, no masking work, no events. */
export class RawSocket {
  readonly #socket: Socket;
  readonly #events: RawSocketEvents;
  readonly #reader: FrameReader;
  #head: Buffer | undefined = Buffer.alloc(0);
  #over = false;

  constructor({ port, path, protocol }: { port: number; path: string; protocol?: string | undefined }, events: RawSocketEvents) {
    this.#events = events;
    this.#reader = new FrameReader({
      text: (bytes, start, end) => events.text(bytes, start, end),
      ping: (payload) => void this.#socket.write(clientFrame(OPCODE.pong, payload.toString('latin1'))),
      closing: (code) => {
        this.#end(`closed ${code}`);
        this.#socket.destroy();
      },
    });
    this.#socket = connect({
      host: '127.0.0.1',
      port,
      noDelay: true,
      onread: { buffer: shared, callback: (length) => this.#read(length) },
    });
    this.#socket.on('error', (err) => this.#end(err.message));
    this.#socket.on('close', () => this.#end('the connection ended'));
    this.#socket.write(upgradeRequest(port, path, protocol));
  }

  /** Sends a text frame. What is sent while a chunk is being read leaves in one write at its end. */
  send(text: string): void {
    if (!this.#over) this.#socket.write(clientFrame(OPCODE.text, text));
  }

  /** Cuts the connection without a word. */
  cut(): void {
    this.#over = true;
    this.#socket.destroy();
  }

  #read(length: number): boolean {
    this.#socket.cork();
    const start = this.#head ? this.#readHead(length) : 0;
    if (!this.#over && start < length) this.#reader.push(start === 0 ? shared : shared.subarray(start), length - start);
    this.#socket.uncork();
    return true;
  }

  /** @returns where frames begin in what was just read */
  #readHead(length: number): number {
    const before = this.#head as Buffer;
    const head = Buffer.concat([before, shared.subarray(0, length)]);
    const at = head.indexOf(HEAD_END);
    this.#head = head;
    if (at < 0) return length;
    this.#head = undefined;
    const status = head.toString('latin1', 0, head.indexOf('\r\n'));
    if (status.startsWith('HTTP/1.1 101')) this.#events.open();
    else {
      this.#end(status);
      this.#socket.destroy();
    }
    return at + HEAD_END.length - before.length;
  }

  #end(reason: string): void {
    if (this.#over) return;
    this.#over = true;
    this.#events.ended(reason);
  }
}

const upgradeRequest = (port: number, path: string, protocol: string | undefined): string =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n` +
  `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n` +
  `${protocol === undefined ? '' : `Sec-WebSocket-Protocol: ${protocol}\r\n`}\r\n`;
