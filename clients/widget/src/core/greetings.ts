import type { WidgetGreeting } from '@brook/common/contracts';
import type { Session } from './session';
import type { Timers } from './timers';

const EVERY_MS = 30_000;

interface GreetingsOptions {
  session: Session;
  timers: Timers;
  heard(greeting: WidgetGreeting): void;
  /** The server cannot be reached. */
  failed(): void;
}

/** Asks from time to time, while it is watched, what the server says and who is there. */
export class Greetings {
  readonly #options: GreetingsOptions;
  #next: (() => void) | undefined;

  constructor(options: GreetingsOptions) {
    this.#options = options;
  }

  watch(on: boolean): void {
    this.#next?.();
    this.#next = undefined;
    if (on) void this.#ask();
  }

  async #ask(): Promise<void> {
    const { session, timers, heard, failed } = this.#options;
    this.#next = timers.after(EVERY_MS, () => void this.#ask());
    try {
      heard(await session.anonymous<WidgetGreeting>('GET', '/support/widget'));
    } catch {
      failed();
    }
  }
}
