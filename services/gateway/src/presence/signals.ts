import { keys, type Signal } from '@brook/common/contracts';
import type { Logger } from '@brook/common/logging';
import type { RedisClient } from '@brook/common/redis';

export interface SignalsOptions {
  /** Of role `commands`. */
  publisher: RedisClient;
  /** Of role `subscriber`; closed by `stop`. */
  subscriber: RedisClient;
  onSignal: (signal: Signal) => void;
  logger: Logger;
}

/** Signals of one message. People who come at once are told of at once. */
const TOGETHER_MAX = 100;

/** The channel between gateways for what may be lost: presence and typing. A gateway hears its own signals too. */
export class Signals {
  readonly #options: SignalsOptions;
  #waiting: Signal[] = [];

  constructor(options: SignalsOptions) {
    this.#options = options;
  }

  /** Listens, also after every reconnect. */
  async start(): Promise<void> {
    const { subscriber } = this.#options;
    subscriber.on('message', (_channel: string, text: string) => this.#receive(text));
    await subscriber.subscribe(keys.signals);
  }

  stop(): void {
    this.#options.subscriber.disconnect();
  }

  /** Sends to every gateway, with what else is sent in this moment; a failure is logged, and the signals lost. */
  send(signal: Signal): void {
    if (this.#waiting.push(signal) === 1) queueMicrotask(() => this.#publish());
    else if (this.#waiting.length === TOGETHER_MAX) this.#publish();
  }

  #publish(): void {
    const { publisher, logger } = this.#options;
    if (this.#waiting.length === 0) return;
    const text = JSON.stringify(this.#waiting);
    this.#waiting = [];
    publisher.publish(keys.signals, text).catch((err: unknown) => logger.debug({ err }, 'signals were lost'));
  }

  #receive(text: string): void {
    try {
      // A gateway of version 0.1 that was built before signals came together says one at a time.
      for (const signal of [JSON.parse(text) as Signal | Signal[]].flat()) this.#options.onSignal(signal);
    } catch (err) {
      this.#options.logger.warn({ err }, 'a signal could not be read');
    }
  }
}
