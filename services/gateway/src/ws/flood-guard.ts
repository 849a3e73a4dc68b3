import type { TokenBucket } from '../limits/token-bucket.js';

/** Frames other than sends that a connection may send a second, as a multiple of its sends. */
export const FRAMES_PER_SEND = 4;

export interface FloodBuckets {
  /** Frames other than sends. */
  frames: TokenBucket;
  /** Refusals of what came too fast. */
  refusals: TokenBucket;
}

/**
 * Patience with a client that sends too much: a refusal is a hint to slow down; who goes on all the same, as fast as
 * would be allowed to those who are not refused, is to be closed. Times are milliseconds of one clock, passed in.
 */
export class FloodGuard {
  readonly #buckets: FloodBuckets;

  constructor(buckets: FloodBuckets) {
    this.#buckets = buckets;
  }

  /** Counts a frame that is no send. @returns 0, or the milliseconds until the next one is welcome */
  frame(now: number): number {
    return this.#buckets.frames.take(now);
  }

  /** Counts a refusal for being too fast. @returns whether the client has gone on for too long */
  refused(now: number): boolean {
    return this.#buckets.refusals.take(now) > 0;
  }
}
