import type { RedisClient } from '../redis/index.js';

const SYNC_MS = 10_000;

/** Redis' wall clock, which stamped the stream ids, so that ages are taken by one clock. */
export class RedisClock {
  readonly #client: RedisClient;
  #offset = 0;
  #syncedAt = Number.NEGATIVE_INFINITY;

  constructor(client: RedisClient) {
    this.#client = client;
  }

  /** Milliseconds since 1970, within the round trip of the last synchronisation (at most 10 s ago). */
  async now(): Promise<number> {
    if (performance.now() - this.#syncedAt > SYNC_MS) await this.#sync();
    return performance.now() + this.#offset;
  }

  async #sync(): Promise<void> {
    const [seconds = 0, micros = 0] = await this.#client.time();
    this.#syncedAt = performance.now();
    this.#offset = Number(seconds) * 1_000 + Number(micros) / 1_000 - this.#syncedAt;
  }
}
