import type { ServiceMeta } from '@brook/common/contracts';
import type { InternalClient } from '@brook/common/http';
import type { Logger } from '@brook/common/logging';

const ASK_MS = 5_000;

/** Knows the present life of the messages database: a restored backup begins a new one while gateways run. */
export class EraWatch {
  readonly #messages: Pick<InternalClient, 'request'>;
  readonly #logger: Logger;
  readonly #listeners = new Set<(era: string) => void>();
  #era: string;
  #timer: NodeJS.Timeout | undefined;

  /** `era`: as the services told at boot. */
  constructor(messages: Pick<InternalClient, 'request'>, era: string, logger: Logger) {
    this.#messages = messages;
    this.#era = era;
    this.#logger = logger;
  }

  get era(): string {
    return this.#era;
  }

  /** Called with each new era: numbers and rights remembered from before are void. */
  onChange(listener: (era: string) => void): void {
    this.#listeners.add(listener);
  }

  start(): void {
    this.#timer = setTimeout(() => void this.#ask(), ASK_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  async #ask(): Promise<void> {
    try {
      this.#take((await this.#messages.request<ServiceMeta>('/meta')).era);
    } catch (err) {
      this.#logger.debug({ err }, 'the messages service did not tell its era');
    }
    if (this.#timer) this.start();
  }

  #take(era: string): void {
    if (era === this.#era) return;
    this.#logger.warn('the messages database was restored: what was remembered is void');
    this.#era = era;
    for (const listener of this.#listeners) listener(era);
  }
}
