import type { Logger } from '@brook/common/logging';
import type { AuditDraft } from '../domain/audit.js';

/** A line of the audit log and when what it tells of happened. */
export interface DatedDraft {
  draft: AuditDraft;
  at: Date;
}

/** Where the lines go, all or none. */
export type WriteLines = (lines: readonly DatedDraft[]) => Promise<void>;

/** Milliseconds between two writes: longer than any log-in takes, so that a write says nothing of the one it belongs to. */
const WRITE_EVERY_MS = 1_000;
/** Lines that may wait while Postgres is away. */
const MOST_WAITING = 10_000;

/**
 * Audit lines of refused log-ins, written together and later. Only a known name makes such a line; written with the
 * answer, it made log-ins with known names 1 to 5 ms slower than others, which tells that the name exists.
 * What waits here is lost when the process is killed: a second of refusals, nothing that anybody was promised.
 */
export class RefusalLog {
  readonly #write: WriteLines;
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #waiting: DatedDraft[] = [];
  #dropped = 0;
  #writing: Promise<void> = Promise.resolve();

  constructor(write: WriteLines, logger: Logger, everyMs: number = WRITE_EVERY_MS) {
    this.#write = write;
    this.#logger = logger;
    this.#timer = setInterval(() => void this.flush(), everyMs);
    this.#timer.unref();
  }

  /** Takes a line; never waits, never throws. Past the bound it is dropped and counted in the process log. */
  note(line: DatedDraft): void {
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(line);
    else this.#dropped++;
  }

  /** Writes what waits; lines that could not be written wait for the next turn. */
  flush(): Promise<void> {
    this.#writing = this.#writing.then(() => this.#writeWaiting());
    return this.#writing;
  }

  /** Writes what waits for the last time. */
  async stop(): Promise<void> {
    clearInterval(this.#timer);
    await this.flush();
  }

  async #writeWaiting(): Promise<void> {
    const lines = this.#waiting;
    if (lines.length === 0) return;
    this.#waiting = [];
    try {
      await this.#write(lines);
      if (this.#dropped > 0) this.#logger.warn({ dropped: this.#dropped }, 'refused log-ins were not recorded: too many waited');
      this.#dropped = 0;
    } catch (err) {
      this.#waiting = [...lines, ...this.#waiting];
      this.#logger.warn({ err, waiting: this.#waiting.length }, 'refused log-ins could not be recorded, and wait');
    }
  }
}
