/** Seconds of the full rate that a bucket holds. */
export const BURST = 6;

/**
 * A token bucket: `rate` tokens a second, room for six times as many, full at the start. Time is passed in, in
 * milliseconds of one monotonic clock. A rate of 0 never refuses.
 */
export class TokenBucket {
  /** Milliseconds in which one token grows back; 0 for no limit. */
  readonly #period: number;
  /** Milliseconds in which an empty bucket is full again. */
  readonly #depth: number;
  /** When the bucket will be full. */
  #fullAt: number;

  constructor(rate: number, now: number) {
    this.#period = rate === 0 ? 0 : 1000 / rate;
    this.#depth = Math.max(1, rate * BURST) * this.#period;
    this.#fullAt = now;
  }

  /** Takes a token and answers 0, or takes none and answers the milliseconds until there is one. */
  take(now: number): number {
    if (this.#period === 0) return 0;
    const fullAt = Math.max(this.#fullAt, now) + this.#period;
    const wait = fullAt - this.#depth - now;
    if (wait > 0) return Math.ceil(wait);
    this.#fullAt = fullAt;
    return 0;
  }

  /** Gives a token back that was taken for nothing. */
  giveBack(): void {
    this.#fullAt -= this.#period;
  }
}
