import { setTimeout as delay } from 'node:timers/promises';
import { type ConversationMoved, keys } from '@brook/common/contracts';
import type { InternalClient } from '@brook/common/http';
import type { Logger } from '@brook/common/logging';
import type { RedisClient, RedisRole } from '@brook/common/redis';
import { type HeldLease, type PartitionWork, StreamTail } from '@brook/common/streams';
import type { HeadRepository } from '../repositories/head-repository.js';
import { HeadProjection } from './head-projection.js';
import { HeadSweep } from './head-sweep.js';

const RETRY_MS = 250;
/** Heads are stored every half second anyway. */
const GATHER_MS = 100;

export interface MessageEventsOptions {
  partitions: number;
  connect: (role: RedisRole) => RedisClient;
  heads: HeadRepository;
  messages: InternalClient;
  /** Support rooms of a partition have new messages, and their heads are stored. */
  onConversations: (partition: number, moved: ConversationMoved[]) => void;
  logger: Logger;
}

interface Followed {
  tail: StreamTail;
  projection: HeadProjection;
  started: Promise<void>;
}

/** Follows the message events of the partitions held: room heads and senders' own read markers. */
export class MessageEvents implements PartitionWork {
  readonly #options: MessageEventsOptions;
  readonly #followed = new Map<number, Followed>();
  readonly #sweep: HeadSweep;

  constructor(options: MessageEventsOptions) {
    this.#options = options;
    this.#sweep = new HeadSweep({
      ...options,
      held: () => this.#followed.keys(),
      onDifferent: (partition, roomIds) => this.#pull(partition, roomIds),
    });
  }

  start(lease: HeldLease): void {
    const { connect, logger } = this.#options;
    const { partition } = lease;
    const projection = new HeadProjection({
      ...this.#options,
      lease,
      onConversations: (moved) => this.#options.onConversations(partition, moved),
    });
    const tail = new StreamTail({
      streams: [{ key: keys.events('messages', partition), onEntries: (entries) => projection.add(entries) }],
      connect: () => connect('blocking'),
      onGap: () => this.#sweep.request(partition),
      gatherMs: GATHER_MS,
      logger,
    });
    const followed: Followed = { tail, projection, started: Promise.resolve() };
    this.#followed.set(partition, followed);
    followed.started = this.#begin(partition, followed);
  }

  /** What came before the tail's beginning is found by comparing. */
  async #begin(partition: number, followed: Followed): Promise<void> {
    while (this.#followed.get(partition) === followed) {
      try {
        await followed.tail.start();
        this.#sweep.request(partition);
        return;
      } catch (err) {
        if (this.#followed.get(partition) !== followed) return;
        this.#options.logger.warn({ err, partition }, 'message events cannot be followed yet');
        await delay(RETRY_MS);
      }
    }
  }

  /** Stores what has gathered. */
  async stop(partition: number): Promise<void> {
    const followed = this.#followed.get(partition);
    this.#followed.delete(partition);
    if (!followed) return;
    await followed.tail.stop();
    await followed.started;
    await followed.projection.stop();
  }

  /** Ends the comparing; call it when no partition is held any more. */
  close(): Promise<void> {
    return this.#sweep.stop();
  }

  /** @throws when a held partition's events cannot be read, for readiness */
  check(): void {
    for (const { tail } of this.#followed.values()) tail.check();
  }

  #pull(partition: number, roomIds: string[]): void {
    const projection = this.#followed.get(partition)?.projection;
    projection?.pull(roomIds.filter((roomId) => !projection.awaits(roomId)));
  }
}
