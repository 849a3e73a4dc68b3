import type { Logger } from '@brook/common/logging';
import { KEEP_CHANGES_MS } from '@brook/common/streams';
import type { ChangeRepository } from './repositories/change-repository.js';

/** A command's first answer is given again for a day. */
const KEEP_RESULTS_MS = 24 * 3_600_000;
const EVERY_MS = 10 * 60_000;
const BATCH = 5_000;

/** Removes answers that nobody may ask for any more, and changes that are told no more. Any number of replicas may do it at once. */
export class Housekeeping {
  readonly #changes: ChangeRepository;
  readonly #partitions: number;
  readonly #logger: Logger;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(changes: ChangeRepository, partitions: number, logger: Logger) {
    this.#changes = changes;
    this.#partitions = partitions;
    this.#logger = logger;
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.#running = this.run(new Date()).catch((err: unknown) =>
        this.#logger.warn({ err }, 'old command results and changes could not be removed'),
      );
    }, EVERY_MS);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#timer);
    await this.#running;
  }

  /** Removes results older than 24 hours and changes older than 7 days, in small statements. */
  async run(now: Date): Promise<void> {
    const before = new Date(now.getTime() - KEEP_RESULTS_MS);
    while (!this.#stopped && (await this.#changes.forgetResults(before, BATCH)) === BATCH);
    await this.#changes.trim(this.#partitions, new Date(now.getTime() - KEEP_CHANGES_MS));
  }
}
