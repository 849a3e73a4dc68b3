import type { Duplex } from 'node:stream';
import { CLOSE, type CloseReason, type ErrorFrame, LIMITS, type ServerFrame } from '@brook/common/contracts';
import type { AppError } from '@brook/common/errors';
import type { WebSocket } from 'ws';
import type { DeadlineWheel } from './deadline-wheel.js';
import type { Flushable, FlushQueue } from './flush-queue.js';
import { encodeTextFrame, PING_FRAME } from './frame-encoding.js';

/** What all connections of a process share. */
export interface ConnectionShared {
  wheel: DeadlineWheel;
  flushes: FlushQueue;
  onSlow: () => void;
}

/** Time for the peer to answer a close frame before the socket is cut, in milliseconds. */
const CLOSE_GRACE_MS = 3_000;
/** The close frame of a slow peer stands behind all that it has not read; a phone that slept shall still learn why. */
const SLOW_GRACE_MS = 20_000;
/** An answer above this size does not count as slowness until it has been sent once. */
const BIG_ANSWER_BYTES = 64 * 1024;
/** Most that one turn may collect for a socket beside big answers. */
const TURN_BYTES = 8 * LIMITS.slowConsumerBytes;

/**
 * The writing side of one socket. Frames of one turn of the event loop leave in one write, as one buffer that sockets
 * with the same frames share; data frames bypass the library (they are built once for all sockets), control frames and the
 * closing handshake are its own. A socket that leaves more than 1 MiB waiting is closed 4008. Nothing here calls back into
 * its caller.
 */
export class Connection implements Flushable {
  readonly id: string;
  /** The client's address. */
  readonly ip: string;
  /** When the peer was last heard, on the clock of `performance.now()`. */
  heardAt = performance.now();
  readonly #ws: WebSocket;
  readonly #socket: Duplex;
  readonly #shared: ConnectionShared;
  /** What this turn has brought so far. */
  #frames: Buffer[] | undefined;
  #bytes = 0;
  #closing = false;
  /** Bytes of big answers that are still on their way. */
  #allowance = 0;

  constructor({ id, ip }: { id: string; ip: string }, ws: WebSocket, socket: Duplex, shared: ConnectionShared) {
    this.id = id;
    this.ip = ip;
    this.#ws = ws;
    this.#socket = socket;
    this.#shared = shared;
  }

  /** Whether a close has begun: nothing is written any more. */
  get closing(): boolean {
    return this.#closing;
  }

  /** Resolves when the peer has taken most of what it was sent, or is gone. Wait for it before preparing a big answer. */
  async ready(): Promise<void> {
    if (this.#closing || this.#socket.writableLength <= LIMITS.slowConsumerBytes) return;
    await new Promise<void>((resolve) => {
      this.#socket.once('drain', resolve);
      this.#socket.once('close', resolve);
    });
  }

  /** Sends a frame that was encoded before, maybe for many sockets. */
  write(frame: Buffer): void {
    if (this.#closing) return;
    if (!this.#frames) this.#beginTurn();
    else if (this.#socket.writableLength + this.#bytes > TURN_BYTES + this.#allowance) this.#closeSlow();
    if (this.#closing) return;
    (this.#frames as Buffer[] | undefined)?.push(frame);
    this.#bytes += frame.length;
  }

  /** Sends a frame to this socket only. */
  send(frame: ServerFrame): void {
    this.write(encodeTextFrame(JSON.stringify(frame)));
  }

  /** Sends an answer of any size: a client that is sent a long history is not slow because of it. */
  answer(frame: Buffer): void {
    if (frame.length > BIG_ANSWER_BYTES) this.#allow(frame.length);
    this.write(frame);
  }

  /** Tells the client why a frame of its was refused. */
  refuse(error: AppError, id?: string): void {
    const frame: ErrorFrame = { type: 'error', ...(id === undefined ? {} : { id }), ...error.toRefusal() };
    this.send(frame);
  }

  ping(): void {
    this.write(PING_FRAME);
  }

  flush(): void {
    const frames = this.#frames;
    if (!frames) return;
    this.#frames = undefined;
    this.#socket.write(this.#shared.flushes.join(frames, this.#bytes));
    this.#bytes = 0;
  }

  /** Begins the closing handshake; a peer that does not answer it in time is cut. */
  close({ code, reason }: CloseReason, graceMs = CLOSE_GRACE_MS): void {
    if (this.#closing) return;
    this.#closing = true;
    this.flush();
    this.#ws.close(code, reason);
    const deadline = this.#shared.wheel.after(graceMs, () => this.#ws.terminate());
    this.#ws.once('close', () => deadline.cancel());
  }

  /** Cuts the socket without a handshake. */
  terminate(): void {
    this.#closing = true;
    this.#ws.terminate();
  }

  /** Stops and resumes reading: what was read already still arrives. */
  pause(): void {
    this.#ws.pause();
  }

  resume(): void {
    this.#ws.resume();
  }

  /** Until the socket has drained. */
  #allow(bytes: number): void {
    if (this.#allowance === 0)
      this.#socket.once('drain', () => {
        this.#allowance = 0;
      });
    this.#allowance += bytes;
  }

  /**
   * What is left of earlier turns tells whether the peer keeps up; what one turn brings at once was never offered to it.
   */
  #beginTurn(): void {
    if (this.#socket.writableLength > LIMITS.slowConsumerBytes + this.#allowance) {
      this.#closeSlow();
      return;
    }
    this.#frames = [];
    this.#shared.flushes.add(this);
  }

  #closeSlow(): void {
    this.#shared.onSlow();
    this.close(CLOSE.slowConsumer, SLOW_GRACE_MS);
  }
}
