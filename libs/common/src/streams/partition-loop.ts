import { BlockingReader, type RedisClient } from '../redis/index.js';
import type { RawEntry } from './entries.js';
import { failpoint } from './failpoints.js';
import { FencedError, type HeldLease } from './lease.js';
import { packSize } from './pack.js';

/*
 * The work of a partition's owner, from take-over until the lease is lost or given up.
 *
 *   read      XREAD from an in-memory cursor; while one batch commits, the next may be read
 *   commit    one batch at a time, in stream order; the database checks the lease
 *   publish   in the order of the commits; removes the finished commands from the stream
 *
 * The stream is the outbox: it holds exactly the unfinished commands. After a take-over, an unknown commit, a failed
 * publish or a reconnect, and whenever the stream is idle, everything is read again from 0-0; what was committed
 * already is met as a duplicate and published again with the same numbers.
 */

/**
 * Most commands of one batch, but for its first entry, which may hold more; after each failure half of it, so that no
 * batch is too long for the time limits for ever.
 */
const BATCH_MAX = 512;
/** After this long without a command, all that is unfinished is looked at again. */
const IDLE_MS = 1_000;
const RETRY_MIN_MS = 50;
const RETRY_MAX_MS = 2_000;

/** A committed batch; `publish` makes it visible and may be called once. */
export interface Committed {
  publish(): Promise<void>;
}

export interface PartitionLoopOptions {
  lease: HeldLease;
  stream: string;
  /** Opens the connection of role `blocking` that the loop owns. */
  connect: () => RedisClient;
  commit: (lease: HeldLease, batch: RawEntry[]) => Promise<Committed>;
  onFenced: (lease: HeldLease) => void;
  onError: (err: unknown, stage: 'read' | 'commit' | 'publish') => void;
}

export class PartitionLoop {
  readonly #options: PartitionLoopOptions;
  readonly #reader: BlockingReader;
  readonly #done: Promise<void>;
  #stopping = false;
  #cursor = '0-0';
  /** Set when the place in the stream is no longer known: all that is unfinished is read again. */
  #rewind = false;
  #publishing: Promise<void> = Promise.resolve();
  #failures = 0;
  /** Most commands of the next batch. */
  #size = BATCH_MAX;
  /** Commands that an entry of the last read held on average. */
  #perEntry = 1;
  /** Whether the last read left something that waits. */
  #more = false;
  #wake: (() => void) | undefined;

  constructor(options: PartitionLoopOptions) {
    this.#options = options;
    this.#reader = new BlockingReader(options.connect());
    this.#done = this.#run();
  }

  /** Finishes the batch in hand and stops. */
  async stop(): Promise<void> {
    this.#stopping = true;
    this.#wake?.();
    // Cuts a blocking read short; a batch in hand does not use this connection.
    this.#reader.close();
    await this.#done;
  }

  async #run(): Promise<void> {
    let ahead: Promise<RawEntry[]> | undefined;
    while (!this.#stopping) {
      const batch = await (ahead ?? this.#read());
      ahead = undefined;
      if (batch.length > 0 && !this.#rewind && !this.#stopping) {
        // Only where more waits; else the read would sit in its BLOCK when a rewind is needed.
        if (this.#more) ahead = this.#read();
        await this.#process(batch);
      } else this.#rewind = true;
      if (!this.#rewind) continue;
      await ahead;
      ahead = undefined;
      await this.#publishing;
      this.#cursor = '0-0';
      this.#rewind = false;
    }
    await this.#publishing;
  }

  /** Commits a batch, then publishes it while the next one may commit. */
  async #process(batch: RawEntry[]): Promise<void> {
    try {
      failpoint('before-commit');
      const committed = await this.#options.commit(this.#options.lease, batch);
      failpoint('after-commit');
      await this.#publishing;
      // After a failed publication this one must wait for its turn in the second reading.
      if (this.#rewind) return;
      this.#publishing = this.#publish(committed);
    } catch (err) {
      await this.#fail(err, 'commit');
    }
  }

  async #publish(committed: Committed): Promise<void> {
    try {
      await committed.publish();
      failpoint('after-publish');
      this.#failures = 0;
      this.#size = Math.min(this.#size * 2, BATCH_MAX);
    } catch (err) {
      await this.#fail(err, 'publish');
    }
  }

  /** Waits for commands from the cursor on; an idle or broken wait answers with none, and the loop starts over. */
  async #read(): Promise<RawEntry[]> {
    try {
      const count = Math.max(1, Math.ceil(this.#size / this.#perEntry));
      const answer = await this.#reader.ask((redis) =>
        redis.xread('COUNT', count, 'BLOCK', IDLE_MS, 'STREAMS', this.#options.stream, this.#cursor),
      );
      const entries = (answer?.[0]?.[1] ?? []) as RawEntry[];
      const batch = this.#fitting(entries);
      this.#more = batch.length === count || batch.length < entries.length;
      const last = batch.at(-1);
      if (last) this.#cursor = last[0];
      return batch;
    } catch (err) {
      await this.#fail(err, 'read');
      return [];
    }
  }

  /** The first entries, as far as their commands make one batch. What is left is read again. */
  #fitting(entries: RawEntry[]): RawEntry[] {
    let commands = 0;
    let taken = 0;
    for (const entry of entries) {
      const size = packSize(entry);
      if (taken > 0 && commands + size > this.#size) break;
      commands += size;
      taken++;
    }
    if (taken > 0) this.#perEntry = commands / taken;
    return taken < entries.length ? entries.slice(0, taken) : entries;
  }

  async #fail(err: unknown, stage: 'read' | 'commit' | 'publish'): Promise<void> {
    this.#rewind = true;
    if (this.#stopping) return;
    if (err instanceof FencedError) {
      this.#stopping = true;
      this.#reader.close();
      this.#options.onFenced(this.#options.lease);
      return;
    }
    this.#options.onError(err, stage);
    this.#failures++;
    if (stage === 'commit') this.#size = Math.max(1, Math.floor(this.#size / 2));
    await this.#pause(Math.min(RETRY_MIN_MS * 2 ** (this.#failures - 1), RETRY_MAX_MS));
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
