import type { AnyChange } from '../contracts/index.js';
import type { InternalClient } from '../http/index.js';
import type { Logger } from '../logging/index.js';
import { type RawEntry, toFields } from './entries.js';

/** Where a consumer stands, by partition; a projection stores it together with what it projects. */
export interface FeedConsumerOptions<Changes> {
  /** For logs: whose feed. */
  feed: string;
  partitions: number;
  /** The owner's internal HTTP. */
  owner: InternalClient;
  /** Newest change already applied, by partition; absent: start at the feed's present head. */
  cursors?: ReadonlyMap<number, number>;
  /** Applies changes of one partition in order and, for a projection, stores its cursor. Must be idempotent. */
  apply: (partition: number, changes: AnyChange<Changes>[]) => Promise<void> | void;
  /**
   * Changes were missed for good: the owner has trimmed its feed beyond what was applied here. What is pulled then lacks all
   * that the owner need not tell a reader from the beginning. Called before that is applied, and again if that fails.
   */
  onTrimmed?: (partition: number) => void;
  /** Entries without a number: may be lost. */
  onEphemeral?: (partition: number, type: string, data: unknown) => void;
  logger: Logger;
}

const PULL_MAX = 500;
const SWEEP_MS = 5_000;
const RETRY_MS = 1_000;

/**
 * Follows the numbered feed of changes of the rooms or users service. Entries of the event stream are applied when
 * they follow on; at a hole, after a gap in the stream and in a slow sweep, what is missing is pulled from the owner.
 */
export class FeedConsumer<Changes> {
  readonly #options: FeedConsumerOptions<Changes>;
  readonly #cursors: number[];
  /** One chain per partition: changes are applied one after another. */
  readonly #chains: Promise<void>[];
  #sweep: NodeJS.Timeout | undefined;
  #stopped = false;
  #away = false;

  constructor(options: FeedConsumerOptions<Changes>) {
    this.#options = options;
    this.#cursors = Array.from({ length: options.partitions }, (_, p) => options.cursors?.get(p) ?? 0);
    this.#chains = this.#cursors.map(() => Promise.resolve());
  }

  /**
   * Takes its place in the feed. Start the stream tail after this. With stored cursors it catches up in the background,
   * so that two services may follow each other's feeds and start in any order.
   * @throws without cursors, while the owner cannot be reached
   */
  async start(): Promise<void> {
    if (this.#options.cursors) return this.#schedule(0);
    for (const [partition, n] of await this.#heads()) this.#cursors[partition] = n;
    this.#schedule();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#sweep);
    await Promise.all(this.#chains);
  }

  /** Hand this to a stream tail. Resolves when the entries are applied. */
  onEntries(partition: number, entries: RawEntry[]): Promise<void> {
    return this.#enqueue(partition, async () => {
      for (const [, flat] of entries) await this.#onEntry(partition, toFields(flat));
    });
  }

  /**
   * Pulls whatever is missing in every partition. An owner whose head lies below what was applied here had its database
   * restored: its feed is followed from that head on, and whoever keeps what was applied must void it by the era.
   * @throws while the owner cannot be reached
   */
  async pullAll(): Promise<void> {
    const applied = [...this.#cursors];
    for (const [partition, n] of await this.#heads()) {
      if (n > this.cursor(partition)) await this.#enqueue(partition, () => this.#pull(partition));
      else if (n < (applied[partition] ?? 0)) await this.#enqueue(partition, () => this.#follow(partition, n));
    }
  }

  /** Newest change applied. */
  cursor(partition: number): number {
    return this.#cursors[partition] ?? 0;
  }

  #enqueue(partition: number, work: () => Promise<void>): Promise<void> {
    const chain = (this.#chains[partition] ?? Promise.resolve()).then(async () => {
      try {
        await work();
      } catch (err) {
        // The sweep tries again: the cursor has not moved past what failed.
        this.#options.logger.warn({ err, feed: this.#options.feed, partition }, 'could not apply changes');
      }
    });
    this.#chains[partition] = chain;
    return chain;
  }

  async #onEntry(partition: number, { type = '', n, key = '', data = 'null' }: Record<string, string>): Promise<void> {
    if (type === 'reply') return;
    if (n === undefined) {
      this.#options.onEphemeral?.(partition, type, JSON.parse(data));
      return;
    }
    const number = Number(n);
    const cursor = this.cursor(partition);
    if (number <= cursor) return;
    if (number > cursor + 1) await this.#pull(partition);
    else
      await this.#apply(partition, [
        { n: number, type, key, data: JSON.parse(data) as unknown } as unknown as AnyChange<Changes>,
      ]);
  }

  async #apply(partition: number, changes: AnyChange<Changes>[]): Promise<void> {
    await this.#options.apply(partition, changes);
    this.#cursors[partition] = (changes.at(-1) as { n: number }).n;
  }

  async #pull(partition: number): Promise<void> {
    // Feeds may be trimmed again between two pages; that is told again, and the same trim once.
    let told = 0;
    for (;;) {
      const after = this.cursor(partition);
      // An older owner trims nothing.
      const { changes, trimmed = 0 } = await this.#options.owner.request<{ changes: AnyChange<Changes>[]; trimmed?: number }>(
        '/changes',
        { query: { partition, after, limit: PULL_MAX } },
      );
      if (after < trimmed && told < trimmed) this.#missed(partition, (told = trimmed));
      if (changes.length > 0) await this.#apply(partition, changes);
      if (changes.length < PULL_MAX) return;
    }
  }

  async #heads(): Promise<[partition: number, n: number][]> {
    const { heads } = await this.#options.owner.request<{ heads: Record<string, number> }>('/changes/heads');
    return Object.entries(heads).map(([partition, n]) => [Number(partition), n]);
  }

  #missed(partition: number, trimmed: number): void {
    const { logger, feed, onTrimmed } = this.#options;
    logger.warn({ feed, partition, from: this.cursor(partition), trimmed }, 'changes were missed that the feed no longer has');
    onTrimmed?.(partition);
  }

  #follow(partition: number, n: number): Promise<void> {
    const { logger, feed } = this.#options;
    logger.warn({ feed, partition, from: this.cursor(partition), to: n }, 'the feed went back');
    this.#cursors[partition] = n;
    return Promise.resolve();
  }

  #schedule(delay = SWEEP_MS): void {
    if (this.#stopped) return;
    this.#sweep = setTimeout(() => {
      this.pullAll()
        .then(() => {
          this.#away = false;
          this.#schedule();
        })
        .catch((err: unknown) => {
          // Once an outage: the owner may be starting, or gone for minutes.
          if (!this.#away) this.#options.logger.warn({ err, feed: this.#options.feed }, 'could not ask for changes, trying on');
          this.#away = true;
          this.#schedule(RETRY_MS);
        });
    }, delay);
  }
}
