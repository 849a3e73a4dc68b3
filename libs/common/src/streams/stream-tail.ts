import type { Logger } from '../logging/index.js';
import { BLOCK_MS, BlockingReader, type RedisClient } from '../redis/index.js';
import { compareIds, type RawEntry } from './entries.js';
import { unpack } from './pack.js';

/** One followed stream. `onEntries` gets every batch in order, packs opened, and must not throw; a promise is waited for. */
export interface Followed {
  key: string;
  onEntries: (entries: RawEntry[]) => void | Promise<void>;
}

export interface StreamTailOptions {
  /** Streams of one partition, so that one XREAD covers them in a Cluster too. */
  streams: Followed[];
  /** Opens the connection of role `blocking` that the tail owns. */
  connect: () => RedisClient;
  /** Entries may have been missed: Redis was emptied, restored to an older state, or the connection was lost. */
  onGap: (reason: string) => void;
  /**
   * Milliseconds between two reads, for a consumer that is in no hurry: many entries then come with one read. Without it
   * entries come at once.
   */
  gatherMs?: number;
  logger: Logger;
}

/** What a read brought, before and after packs were opened. */
interface Read {
  entries: number;
  opened: number;
}

const READ_MAX = 256;
/** After a read that opens to more than this many entries a short wait lets the next read gather more; costs nothing when idle. */
const BUSY_ENTRIES = 32;
const BUSY_WAIT_MS = 3;
const RETRY_MS = 250;

/**
 * Follows event streams from the moment `start` resolves, by explicit ids (never `$`, which loses what arrives between
 * two reads), through reconnects, trims and an emptied Redis. Consumers drop what they have by its number and pull what
 * they miss from the feed's owner; the tail only promises that nothing still in the streams is skipped.
 */
export class StreamTail {
  readonly #options: StreamTailOptions;
  readonly #reader: BlockingReader;
  readonly #cursors: string[] = [];
  #done: Promise<void> = Promise.resolve();
  #stopping = false;
  #broken = false;
  #lastRead = performance.now();

  constructor(options: StreamTailOptions) {
    this.#options = options;
    this.#reader = new BlockingReader(options.connect());
    this.#reader.client.on('close', () => {
      this.#broken = true;
    });
  }

  /** Remembers where the streams end now, then follows them. @throws while Redis cannot be reached; it may be called again */
  async start(): Promise<void> {
    const ends: string[] = [];
    for (const { key } of this.#options.streams) ends.push(await this.#newest(key));
    this.#cursors.push(...ends);
    this.#done = this.#run();
  }

  /** @throws when no read has come back for a while, so that readiness tells */
  check(): void {
    if (performance.now() - this.#lastRead > 3 * BLOCK_MS) throw new Error('the event streams cannot be read');
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    this.#reader.close();
    await this.#done;
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      try {
        // Before the next read: on an emptied stream that one would wait out its BLOCK first.
        if (this.#broken) await this.#checkCursors();
        const read = await this.#readOnce();
        this.#lastRead = performance.now();
        if (read.entries === 0) await this.#checkCursors();
        else await this.#pace(read);
      } catch (err) {
        if (this.#stopping) return;
        this.#broken = true;
        this.#options.logger.warn({ err }, 'could not read the event streams');
        await pause(RETRY_MS);
      }
    }
  }

  #pace({ entries, opened }: Read): Promise<void> | undefined {
    const { gatherMs } = this.#options;
    // A full read says that more waits.
    if (gatherMs !== undefined) return entries < READ_MAX ? pause(gatherMs) : undefined;
    if (opened > BUSY_ENTRIES) return pause(BUSY_WAIT_MS);
    // What the entries caused leaves at the end of this turn, before the next read: asking Redis first would wake it while
    // receivers wait.
    return turnEnd();
  }

  async #readOnce(): Promise<Read> {
    const names = this.#options.streams.map(({ key }) => key);
    const answer = await this.#reader.ask((redis) =>
      redis.xread('COUNT', READ_MAX, 'BLOCK', BLOCK_MS, 'STREAMS', ...names, ...this.#cursors),
    );
    const read: Read = { entries: 0, opened: 0 };
    for (const [key, entries] of (answer ?? []) as [string, RawEntry[]][]) {
      const at = names.indexOf(key);
      const opened = entries.flatMap(unpack);
      await this.#options.streams[at]?.onEntries(opened);
      this.#cursors[at] = entries.at(-1)?.[0] ?? (this.#cursors[at] as string);
      read.entries += entries.length;
      read.opened += opened.length;
    }
    return read;
  }

  /**
   * A stream whose newest id lies below our cursor is another stream: read it whole, and let consumers pull.
   * @throws while Redis cannot be reached; a lost connection is told of when there is one again
   */
  async #checkCursors(): Promise<void> {
    const ends: string[] = [];
    for (const { key } of this.#options.streams) ends.push(await this.#newest(key));
    if (this.#broken) {
      this.#broken = false;
      this.#options.onGap('reconnected');
    }
    for (const [at, { key }] of this.#options.streams.entries()) {
      if (compareIds(ends[at] as string, this.#cursors[at] as string) >= 0) continue;
      this.#cursors[at] = '0-0';
      this.#options.logger.warn({ key }, 'the event stream went back');
      this.#options.onGap('stream went back');
    }
  }

  async #newest(key: string): Promise<string> {
    try {
      const info = (await this.#reader.ask((redis) => redis.xinfo('STREAM', key))) as unknown[];
      return String(info[info.indexOf('last-generated-id') + 1]);
    } catch (err) {
      if (err instanceof Error && err.message.includes('no such key')) return '0-0';
      throw err;
    }
  }
}

/** After everything that was put off to the end of this turn before. */
const turnEnd = () => new Promise<void>((resolve) => setImmediate(resolve));
const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
