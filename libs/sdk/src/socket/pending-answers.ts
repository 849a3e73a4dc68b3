import type { AckFrame, ErrorFrame, SubscribeAck } from '@brook/common/contracts';
import { BrookError, errorFromFrame } from '../errors.js';

export type Ack = AckFrame | SubscribeAck;

/** How an answer is taken: called synchronously while its frame is handled, so before any frame behind it. */
export interface AnswerHandler {
  ok(ack: Ack): void;
  fail(error: BrookError): void;
}

interface Waiting extends AnswerHandler {
  timer: ReturnType<typeof setTimeout>;
}

/** Frames that wait for their answer, by id. Each handler is called exactly once. */
export class PendingAnswers {
  readonly #waiting = new Map<string, Waiting>();
  #lastId = 0;

  /** Books an answer and returns the frame id to send; after `timeoutMs` the handler fails with `timeout`. */
  add(handler: AnswerHandler, timeoutMs: number): string {
    const id = String(++this.#lastId);
    const timer = setTimeout(() => {
      this.#waiting.delete(id);
      handler.fail(new BrookError('timeout', 'The server did not answer in time'));
    }, timeoutMs);
    this.#waiting.set(id, { ok: (ack) => handler.ok(ack), fail: (error) => handler.fail(error), timer });
    return id;
  }

  /** Hands an answer over; one that nobody waits for any more is dropped. */
  settle(frame: Ack | ErrorFrame): void {
    const waiting = this.#take(frame.id);
    if (!waiting) return;
    if (frame.type === 'ack') waiting.ok(frame);
    else waiting.fail(errorFromFrame(frame));
  }

  /** Fails everything that waits, in the order in which it was sent. */
  failAll(error: BrookError): void {
    for (const id of [...this.#waiting.keys()]) this.#take(id)?.fail(error);
  }

  #take(id: string | undefined): Waiting | undefined {
    const waiting = id === undefined ? undefined : this.#waiting.get(id);
    if (id === undefined || !waiting) return undefined;
    this.#waiting.delete(id);
    clearTimeout(waiting.timer);
    return waiting;
  }
}
