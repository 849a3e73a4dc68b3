import type { MessageHead } from '@brook/common/contracts';
import type { InternalClient } from '@brook/common/http';
import type { Logger } from '@brook/common/logging';
import type { RoomRegistry } from './room-registry.js';

export interface HeadsSweepOptions {
  /** The messages service. */
  messages: Pick<InternalClient, 'request'>;
  registry: RoomRegistry;
  logger: Logger;
  /** Milliseconds between two slices of the rolling sweep. */
  periodMs?: number;
}

/** Rooms of one question. */
const SLICE = 1_000;
const PERIOD_MS = 5_000;
const RETRY_MS = 500;

/**
 * Asks the messages service for the newest revs of the rooms that somebody here is subscribed to: in a slow rolling
 * sweep, and for all of them at once when events may have been missed. It is asked, not told through Redis, since news
 * in Redis would share the fate of what was lost.
 */
export class HeadsSweep {
  readonly #options: HeadsSweepOptions;
  #pending: string[] = [];
  #timer: NodeJS.Timeout | undefined;
  #urgent = false;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(options: HeadsSweepOptions) {
    this.#options = options;
  }

  start(): void {
    this.#schedule(this.#period);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  /** Events may have been missed: every room is asked for now. */
  now(): void {
    this.#urgent = true;
    if (this.#running) return;
    clearTimeout(this.#timer);
    this.#schedule(0);
  }

  get #period(): number {
    return this.#options.periodMs ?? PERIOD_MS;
  }

  #schedule(ms: number): void {
    if (this.#stopped) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#round()
        .then((ok) => (this.#urgent ? (ok ? 0 : RETRY_MS) : this.#period))
        .then((next) => {
          this.#running = undefined;
          this.#schedule(next);
        });
    }, ms);
  }

  /** @returns false when the messages service could not be asked */
  async #round(): Promise<boolean> {
    const urgent = this.#urgent;
    this.#urgent = false;
    try {
      if (urgent) for (const slice of slices(this.#options.registry.ids())) await this.#ask(slice, true);
      else await this.#ask(this.#nextSlice(), false);
      return true;
    } catch (err) {
      this.#options.logger.warn({ err }, 'could not ask for the heads of rooms');
      this.#urgent ||= urgent;
      return false;
    }
  }

  /** A round over all rooms takes as many slices as it needs; it begins anew when they are done. */
  #nextSlice(): string[] {
    if (this.#pending.length === 0) this.#pending = this.#options.registry.ids();
    return this.#pending.splice(0, SLICE);
  }

  async #ask(roomIds: string[], urgent: boolean): Promise<void> {
    const { registry, messages } = this.#options;
    const positions = roomIds.map((roomId) => registry.get(roomId)?.position);
    if (positions.every((position) => position === undefined)) return;
    const body = { roomIds };
    const { heads } = await messages.request<{ heads: Record<string, MessageHead> }>('/heads', { method: 'POST', body });
    roomIds.forEach((roomId, i) => registry.head(roomId, positions[i], heads[roomId]?.lastRev ?? 0, urgent));
  }
}

function slices(ids: string[]): string[][] {
  return Array.from({ length: Math.ceil(ids.length / SLICE) }, (_, i) => ids.slice(i * SLICE, (i + 1) * SLICE));
}
