import type { Logger } from '../logging/index.js';
import type { RedisClient } from './client.js';
import { Cluster } from 'ioredis';

/**
 * The life of the Redis that a client talks to: its replication id (of every master, in a Cluster). A restart, a
 * fail-over or another server changes it, and whatever was cached under the old one is void, since the newest
 * writes may be missing. Read on every (re)connect; undefined while unknown.
 */
export class RedisGeneration {
  readonly #client: RedisClient;
  readonly #logger: Logger;
  readonly #listeners = new Set<(generation: string, previous: string | undefined) => void>();
  #era: string;
  #current: string | undefined;
  #last: string | undefined;
  #refreshing: Promise<string> | undefined;

  /** `era`: the life of the database that is cached; a restored one voids the cache as a new Redis does. */
  constructor(client: RedisClient, logger: Logger, era = '') {
    this.#era = era;
    this.#client = client;
    this.#logger = logger;
    const forget = () => {
      this.#current = undefined;
    };
    client.on('close', forget);
    client.on('-node', forget);
    client.on('+node', forget);
    client.on('ready', () => {
      this.refresh().catch((err: unknown) => this.#logger.warn({ err }, 'could not read the redis replication id'));
    });
  }

  /** Called with each new generation, also the first. */
  onChange(listener: (generation: string, previous: string | undefined) => void): void {
    this.#listeners.add(listener);
  }

  /** The generation if it is known right now. */
  get known(): string | undefined {
    return this.#current;
  }

  /** The generation, asked for if unknown. @throws while Redis cannot be reached */
  async current(): Promise<string> {
    return this.#current ?? this.refresh();
  }

  /** The database began another life: the next question answers with another generation. */
  enterEra(era: string): void {
    this.#era = era;
    this.#current = undefined;
  }

  /** Asks again; concurrent calls share one question. */
  refresh(): Promise<string> {
    this.#refreshing ??= this.#ask().finally(() => {
      this.#refreshing = undefined;
    });
    return this.#refreshing;
  }

  async #ask(): Promise<string> {
    const nodes = this.#client instanceof Cluster ? this.#client.nodes('master') : [this.#client];
    const ids = await Promise.all(
      nodes.map(async (node) => /master_replid:(\w+)/.exec(await node.info('replication'))?.[1] ?? ''),
    );
    if (ids.includes('')) throw new Error('redis gave no replication id');
    const generation = `${this.#era}:${ids.sort().join('+')}`;
    this.#current = generation;
    if (generation !== this.#last) {
      const previous = this.#last;
      this.#last = generation;
      for (const listener of this.#listeners) listener(generation, previous);
    }
    return generation;
  }
}
