/** What a server's frames are handed to. The bytes are valid during the call only. */
export interface FrameSink {
  text(bytes: Buffer, start: number, end: number): void;
  ping(payload: Buffer): void;
  /** A close frame; 1005 when it names no code. */
  closing(code: number): void;
}

const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const NO_CODE = 1005;

/**
 * Takes WebSocket frames of a server (final, unmasked) off the chunks of a TCP stream. Frames are handed on where they
 * lie; only one that two chunks share is copied. Far lighter than a WebSocket library, so that the load generator is not
 * what is measured.
 */
export class FrameReader {
  readonly #sink: FrameSink;
  /** The beginning of a frame whose rest is still to come. */
  #kept = Buffer.alloc(0);
  #have = 0;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** Takes the next bytes of the stream: `chunk` up to `end`. */
  push(chunk: Buffer, end: number = chunk.length): void {
    let at = this.#have > 0 ? this.#complete(chunk, end) : 0;
    while (at < end) {
      const size = frameSize(chunk, at, end);
      if (size < 0 || at + size > end) break;
      this.#frame(chunk, at, size);
      at += size;
    }
    if (at < end) this.#keep(chunk, at, end);
  }

  /** Adds what is missing of the kept frame. @returns where the next frame begins, or `end` */
  #complete(chunk: Buffer, end: number): number {
    let at = 0;
    let size = frameSize(this.#kept, 0, this.#have);
    while (size < 0 && at < end) {
      this.#keep(chunk, at, ++at);
      size = frameSize(this.#kept, 0, this.#have);
    }
    if (size < 0) return end;
    const until = Math.min(end, at + size - this.#have);
    this.#keep(chunk, at, until);
    if (this.#have === size) {
      this.#have = 0;
      this.#frame(this.#kept, 0, size);
    }
    return until;
  }

  #keep(chunk: Buffer, start: number, end: number): void {
    const needed = this.#have + end - start;
    if (this.#kept.length < needed) {
      const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#kept.length, 1024));
      this.#kept.copy(larger, 0, 0, this.#have);
      this.#kept = larger;
    }
    chunk.copy(this.#kept, this.#have, start, end);
    this.#have = needed;
  }

  #frame(bytes: Buffer, start: number, size: number): void {
    const opcode = (bytes[start] as number) & 0x0f;
    const body = start + headerSize(bytes[start + 1] as number);
    const end = start + size;
    if (opcode === TEXT) this.#sink.text(bytes, body, end);
    else if (opcode === PING) this.#sink.ping(Buffer.from(bytes.subarray(body, end)));
    else if (opcode === CLOSE) this.#sink.closing(end - body >= 2 ? bytes.readUInt16BE(body) : NO_CODE);
  }
}

const headerSize = (second: number): number => {
  const length = second & 0x7f;
  return length < 126 ? 2 : length === 126 ? 4 : 10;
};

/** Bytes of the frame at `at` with its header; -1 while its header is not complete. */
function frameSize(bytes: Buffer, at: number, end: number): number {
  if (end - at < 2) return -1;
  const second = bytes[at + 1] as number;
  const header = headerSize(second);
  if (end - at < header) return -1;
  if (header === 2) return 2 + (second & 0x7f);
  if (header === 4) return 4 + bytes.readUInt16BE(at + 2);
  return 10 + Number(bytes.readBigUInt64BE(at + 2));
}

/**
 * Builds a client's text frame. Its mask is zero, which RFC 6455 allows a test to use: a server unmasks as always, the
 * generator need not mask.
 */
export function clientFrame(opcode: number, payload: string): Buffer {
  const length = Buffer.byteLength(payload);
  const header = length < 126 ? 2 : length < 65_536 ? 4 : 10;
  const frame = Buffer.allocUnsafe(header + 4 + length);
  frame[0] = 0x80 | opcode;
  frame[1] = 0x80 | (header === 2 ? length : header === 4 ? 126 : 127);
  if (header === 4) frame.writeUInt16BE(length, 2);
  else if (header === 10) frame.writeBigUInt64BE(BigInt(length), 2);
  frame.fill(0, header, header + 4);
  frame.write(payload, header + 4);
  return frame;
}

export const OPCODE = { text: TEXT, close: CLOSE, pong: 0xa } as const;
