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

/** The channel between gateways for what may be lost: presence and typing. A gateway hears its own signals too. */
export class Signals {
  readonly #options: SignalsOptions;

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

  /** Sends to every gateway; a failure is logged, and the signal lost. */
  send(signal: Signal): void {
    const { publisher, logger } = this.#options;
    publisher.publish(keys.signals, JSON.stringify(signal)).catch((err: unknown) => logger.debug({ err }, 'a signal was lost'));
  }

  #receive(text: string): void {
    try {
      this.#options.onSignal(JSON.parse(text) as Signal);
    } catch (err) {
      this.#options.logger.warn({ err }, 'a signal could not be read');
    }
  }
}
