import type { MessageHead } from '@brook/common/contracts';
import { asTextFrame } from '../ws/frame-encoding.js';

/** What a subscription is answered with. */
export interface RoomHistory extends MessageHead {
  mode: 'snapshot' | 'resume';
  /** The messages as JSON, each; a snapshot in ascending seq. */
  messages: string[];
  source: 'cache' | 'database';
}

/**
 * An answer to a subscribe, made but for the client's id: its messages are joined and encoded once, however many are
 * answered with it. Ids of messages and rooms are UUIDs and need no escaping; a client's own ids do.
 */
export class PreparedAnswer implements MessageHead {
  readonly lastSeq: number;
  readonly lastRev: number;
  /** All that follows the id. */
  #rest: Buffer;
  /** Clients number their frames alike: the next one often asks under the same id, and gets the same bytes. */
  #last: { id: string; frame: Buffer } | undefined;

  constructor({ mode, messages, lastSeq, lastRev, source }: RoomHistory) {
    this.lastSeq = lastSeq;
    this.lastRev = lastRev;
    const list = messages.join(',');
    this.#rest = Buffer.from(
      `,"mode":"${mode}","messages":[${list}],"lastSeq":${lastSeq},"lastRev":${lastRev},"source":"${source}"}`,
    );
  }

  /** Memory it takes. */
  get bytes(): number {
    return this.#rest.length;
  }

  /** The frame that answers the subscribe of this id. */
  frame(id: string): Buffer {
    if (this.#last?.id === id) return this.#last.frame;
    const frame = asTextFrame(Buffer.from(`{"type":"ack","id":${JSON.stringify(id)}`), this.#rest);
    // One copy of the bytes is kept, not two.
    this.#rest = frame.subarray(frame.length - this.#rest.length);
    this.#last = { id, frame };
    return frame;
  }
}
