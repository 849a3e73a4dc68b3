import { AppError } from '@brook/common/errors';

/** Milliseconds after which somebody turned away by a full queue should come back. */
const RETRY_AFTER_MS = 1_000;

/** Runs at most `running` jobs at once and lets at most `waiting` more wait, first come, first served. */
export class WorkQueue {
  readonly #limits: { running: number; waiting: number };
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(limits: { running: number; waiting: number }) {
    this.#limits = limits;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** Runs the job when its turn comes. @throws AppError `overloaded` when too many wait, and whatever the job throws */
  async run<T>(job: () => Promise<T>): Promise<T> {
    await this.#turn();
    try {
      return await job();
    } finally {
      const next = this.#waiting.shift();
      // The slot is handed on, so that nobody who comes now overtakes those who wait.
      if (next) next();
      else this.#running -= 1;
    }
  }

  async #turn(): Promise<void> {
    if (this.#running < this.#limits.running) {
      this.#running += 1;
      return;
    }
    if (this.#waiting.length >= this.#limits.waiting)
      throw new AppError('overloaded', undefined, { retryAfterMs: RETRY_AFTER_MS });
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }
}
