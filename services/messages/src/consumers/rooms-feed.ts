import { keys, type RoomsChanges } from '@brook/common/contracts';
import type { InternalClient } from '@brook/common/http';
import type { Logger } from '@brook/common/logging';
import type { RedisClient } from '@brook/common/redis';
import { FeedConsumer, StreamTail } from '@brook/common/streams';
import type { Prisma } from '../repositories/prisma.js';
import { project, readCursors } from '../repositories/rooms-projection.js';

export interface RoomsFeedOptions {
  prisma: Prisma;
  rooms: InternalClient;
  partitions: number;
  connect: () => RedisClient;
  onRoomClosed: () => void;
  logger: Logger;
}

/** Follows the rooms feed, so that deleted rooms and banned people are refused in the writing statement itself. */
export class RoomsFeed {
  readonly #options: RoomsFeedOptions;
  #consumer: FeedConsumer<RoomsChanges> | undefined;
  #tails: StreamTail[] = [];

  constructor(options: RoomsFeedOptions) {
    this.#options = options;
  }

  /** Follows the feed from where the projection stands; the rooms service may come up later. */
  async start(): Promise<void> {
    const { prisma, partitions, rooms, logger, connect } = this.#options;
    const consumer = new FeedConsumer<RoomsChanges>({
      feed: 'rooms',
      partitions,
      owner: rooms,
      cursors: await readCursors(prisma, partitions),
      apply: async (partition, changes) => {
        await project(prisma, partition, changes);
        if (changes.some(({ type }) => type === 'room.deleted')) this.#options.onRoomClosed();
      },
      logger,
    });
    this.#consumer = consumer;
    await consumer.start();
    const pull = () => consumer.pullAll().catch((err: unknown) => logger.warn({ err }, 'could not pull the rooms feed'));
    for (let partition = 0; partition < partitions; partition++) {
      const onEntries = consumer.onEntries.bind(consumer, partition);
      const streams = [{ key: keys.events('rooms', partition), onEntries }];
      const tail = new StreamTail({ streams, connect, onGap: () => void pull(), logger });
      this.#tails.push(tail);
      await tail.start();
    }
  }

  /** Resolves when every change that the rooms service has committed by now is projected. @throws while it cannot be reached */
  async catchUp(): Promise<void> {
    if (!this.#consumer) throw new Error('the rooms feed is not followed yet');
    await this.#consumer.pullAll();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#tails.map((tail) => tail.stop()));
    await this.#consumer?.stop();
  }
}
