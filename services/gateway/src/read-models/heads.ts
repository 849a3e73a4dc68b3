import { type MessageHead, partitionOf } from '@brook/common/contracts';
import { readHead } from '@brook/common/cache';
import type { InternalClient } from '@brook/common/http';
import type { Logger } from '@brook/common/logging';
import type { RedisClient, RedisGeneration } from '@brook/common/redis';
import { assertConnected } from './assert-connected.js';

export interface HeadsOptions {
  /** Of role `commands`. */
  redis: RedisClient;
  generation: RedisGeneration;
  /** The messages service. */
  messages: Pick<InternalClient, 'request'>;
  partitions: number;
  logger: Logger;
}

/** The newest numbers of rooms' messages: from Redis, else from the messages service. */
export class Heads {
  readonly #options: HeadsOptions;

  constructor(options: HeadsOptions) {
    this.#options = options;
  }

  /** The seq of the newest message, 0 in an empty room; sees every message acked before. @throws AppError `unavailable`, `timeout` */
  async lastSeq(roomId: string, trace?: string): Promise<number> {
    const known = await this.#known(roomId);
    if (known) return known.lastSeq;
    const { heads } = await this.#options.messages.request<{ heads: Record<string, MessageHead> }>('/heads', {
      method: 'POST',
      body: { roomIds: [roomId] },
      trace,
    });
    return heads[roomId]?.lastSeq ?? 0;
  }

  async #known(roomId: string): Promise<MessageHead | null> {
    const { redis, generation, partitions, logger } = this.#options;
    try {
      assertConnected(redis);
      return await readHead(redis, partitionOf(roomId, partitions), roomId, await generation.current());
    } catch (err) {
      logger.warn({ err }, 'the heads of rooms cannot be read: asking the messages service');
      return null;
    }
  }
}
