import { keys } from '@brook/common/contracts';
import type { Logger } from '@brook/common/logging';
import type { RedisClient } from '@brook/common/redis';
import { type RawEntry, StreamTail } from '@brook/common/streams';

/** Where events come from; every entry of a partition comes in order, and some may be missed where `onGap` says so. */
export interface Fanout {
  /** Everything published from the moment this resolves arrives. @throws while the transport cannot be reached */
  start(): Promise<void>;
  stop(): Promise<void>;
  /** @throws when nothing has been heard for a while, for readiness */
  check(): void;
}

/** Who takes the events. None of these may throw or block. */
export interface FanoutSink {
  onMessages(partition: number, entries: RawEntry[]): void;
  onRooms(partition: number, entries: RawEntry[]): void;
  onUsers(partition: number, entries: RawEntry[]): void;
  /** Events may have been missed: ask the owners. */
  onGap(partition: number, reason: string): void;
}

export interface StreamFanoutOptions {
  partitions: number;
  /** Opens a connection of role `blocking`. */
  connect: () => RedisClient;
  sink: FanoutSink;
  logger: Logger;
}

/**
 * Every gateway reads the event streams of all partitions, one blocking connection each. Ordered and replayable, and no
 * subscription state in Redis; past the rate that one process can read, the same interface fits a channel per room.
 */
export class StreamFanout implements Fanout {
  readonly #tails: StreamTail[];

  constructor({ partitions, connect, sink, logger }: StreamFanoutOptions) {
    this.#tails = Array.from(
      { length: partitions },
      (_, partition) =>
        new StreamTail({
          streams: [
            { key: keys.events('messages', partition), onEntries: (entries) => sink.onMessages(partition, entries) },
            { key: keys.events('rooms', partition), onEntries: (entries) => sink.onRooms(partition, entries) },
            { key: keys.events('users', partition), onEntries: (entries) => sink.onUsers(partition, entries) },
          ],
          connect,
          onGap: (reason) => sink.onGap(partition, reason),
          logger,
        }),
    );
  }

  async start(): Promise<void> {
    await Promise.all(this.#tails.map((tail) => tail.start()));
  }

  async stop(): Promise<void> {
    await Promise.all(this.#tails.map((tail) => tail.stop()));
  }

  check(): void {
    for (const tail of this.#tails) tail.check();
  }
}
