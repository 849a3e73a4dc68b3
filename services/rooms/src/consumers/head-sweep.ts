import { type MessageHead, partitionOf } from '@brook/common/contracts';
import type { InternalClient } from '@brook/common/http';
import type { Logger } from '@brook/common/logging';
import type { HeadRepository } from '../repositories/head-repository.js';

const SWEEP_MS = 30_000;
const RETRY_MS = 1_000;
/** Rooms of one question. */
const PAGE = 500;
const BEFORE_ALL = '00000000-0000-0000-0000-000000000000';

export interface HeadSweepOptions {
  partitions: number;
  heads: HeadRepository;
  messages: InternalClient;
  /** Partitions whose heads are kept here. */
  held: () => Iterable<number>;
  /** A room of a held partition differs: have it pulled. Called for rooms whose events already wait, too. */
  onDifferent: (partition: number, roomIds: string[]) => void;
  logger: Logger;
}

/**
 * Compares the stored heads with those of the messages service: at once when asked for a partition (it was taken over,
 * or its events may have a gap) and for all that are held every 30 s, so that nothing is missed though Redis was emptied.
 */
export class HeadSweep {
  readonly #options: HeadSweepOptions;
  readonly #wanted = new Set<number>();
  #running: Promise<void> = Promise.resolve();
  #busy = false;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: HeadSweepOptions) {
    this.#options = options;
  }

  /** Compares a partition's heads soon. */
  request(partition: number): void {
    this.#wanted.add(partition);
    if (!this.#busy) this.#schedule(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(delay: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#turn();
    }, delay);
  }

  async #turn(): Promise<void> {
    this.#busy = true;
    const asked = new Set(this.#wanted);
    this.#wanted.clear();
    const partitions = asked.size > 0 ? asked : new Set(this.#options.held());
    let next = SWEEP_MS;
    try {
      await this.#compare(partitions);
    } catch (err) {
      this.#options.logger.warn({ err }, 'heads could not be compared');
      for (const partition of partitions) this.#wanted.add(partition);
      next = RETRY_MS;
    }
    this.#busy = false;
    this.#schedule(next === SWEEP_MS && this.#wanted.size > 0 ? 0 : next);
  }

  async #compare(partitions: ReadonlySet<number>): Promise<void> {
    const { heads, partitions: count } = this.#options;
    if (partitions.size === 0) return;
    for (let after = BEFORE_ALL; !this.#stopped; ) {
      const page = await heads.revsAfter(after, PAGE);
      const ours = page.filter(({ roomId }) => partitions.has(partitionOf(roomId, count)));
      if (ours.length > 0) await this.#comparePage(ours);
      const last = page.at(-1);
      if (!last || page.length < PAGE) return;
      after = last.roomId;
    }
  }

  async #comparePage(rooms: { roomId: string; lastRev: number }[]): Promise<void> {
    const { messages, onDifferent, partitions } = this.#options;
    const { heads } = await messages.request<{ heads: Record<string, MessageHead> }>('/heads', {
      method: 'POST',
      body: { roomIds: rooms.map(({ roomId }) => roomId) },
    });
    const different = new Map<number, string[]>();
    for (const { roomId, lastRev } of rooms) {
      if ((heads[roomId]?.lastRev ?? 0) === lastRev) continue;
      const partition = partitionOf(roomId, partitions);
      different.set(partition, [...(different.get(partition) ?? []), roomId]);
    }
    for (const [partition, roomIds] of different) onDifferent(partition, roomIds);
  }
}
