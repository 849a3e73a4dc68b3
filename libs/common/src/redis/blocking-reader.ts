import { closeRedis, type RedisClient } from './client.js';

/**
 * A connection of role `blocking` whose owner can end at any moment. A command that waits for a reconnect stays pending for
 * ever when the client is closed meanwhile: ioredis calls the reconnect off, and no closing of a socket follows that would
 * reject what waits.
 */
export class BlockingReader {
  readonly client: RedisClient;
  #cancel: ((reason: Error) => void) | undefined;

  constructor(client: RedisClient) {
    this.client = client;
  }

  /** What the command answers; one at a time. @throws its error, or at once when the reader is closed */
  ask<T>(command: (client: RedisClient) => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#cancel = reject;
      command(this.client).then(resolve, reject);
    });
  }

  /** Closes the connection and rejects the command that waits. */
  close(): void {
    closeRedis(this.client);
    this.#cancel?.(new Error('the connection was closed'));
  }
}
