import type { RedisGeneration } from '@brook/common/redis';
import type { UsersContext } from '../context.js';
import { healReadModel } from './heal-read-model.js';

const RETRY_MS = 2_000;

/** Heals the read model whenever Redis begins another life, and once at the start; tries until it is done. */
export class ReadModelKeeper {
  readonly #context: UsersContext;
  #running: Promise<void> | undefined;
  #again = false;
  #stopped = false;
  #wake: (() => void) | undefined;

  constructor(context: UsersContext, generation: RedisGeneration) {
    this.#context = context;
    generation.onChange(() => this.#begin());
  }

  /** Resolves when nothing more will be written. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake?.();
    await this.#running;
  }

  /** A life that begins while an earlier one is healed is healed after it. */
  #begin(): void {
    if (this.#stopped) return;
    this.#again = true;
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async #run(): Promise<void> {
    while (this.#again && !this.#stopped) {
      this.#again = false;
      try {
        const healed = await healReadModel(this.#context);
        this.#context.logger.debug(healed, 'read model healed');
      } catch (err) {
        this.#context.logger.warn({ err }, 'could not heal the read model; trying again');
        this.#again = true;
        await this.#pause();
      }
    }
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, RETRY_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
