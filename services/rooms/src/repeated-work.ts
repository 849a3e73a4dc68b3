import type { Logger } from '@brook/common/logging';

export interface RepeatedWorkOptions {
  everyMs: number;
  work: () => Promise<void>;
  /** Logged with the error when a turn fails; the next turn tries again. */
  failure: string;
  logger: Logger;
}

/** Work that is done again and again, never twice at once: a turn that comes while one is running is left out. */
export class RepeatedWork {
  readonly #options: RepeatedWorkOptions;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;

  constructor(options: RepeatedWorkOptions) {
    this.#options = options;
  }

  /** The first turn comes after `everyMs`. */
  start(): void {
    const { everyMs, work, failure, logger } = this.#options;
    this.#timer = setInterval(() => {
      this.#running ??= work()
        .catch((err: unknown) => logger.warn({ err }, failure))
        .finally(() => {
          this.#running = undefined;
        });
    }, everyMs);
  }

  /** Waits for the turn that is running; none begins any more. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.#running;
  }
}
