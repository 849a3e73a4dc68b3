/** Bounds of a wait that grows with each failed attempt, in milliseconds. */
export interface Backoff {
  baseMs: number;
  capMs: number;
}

/**
 * Full jitter: somewhere between 0 and `base * 2^attempt`, at most the cap, so that thousands of clients that were
 * cut off together do not come back together. `attempt` counts from 0; `random` gives 0 (inclusive) to 1.
 */
export function fullJitter(attempt: number, { baseMs, capMs }: Backoff, random: () => number = Math.random): number {
  return Math.round(random() * Math.min(capMs, baseMs * 2 ** Math.min(attempt, 30)));
}

/** A wait of `ms` that ends early, without an error, when `signal` aborts. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done);
  });
}
