import type { ReadMoved, ServerEvent } from '@brook/common/contracts';
import type { RoomRegistry } from './room-registry.js';

/** A reader's marker is told at most once in this many milliseconds. */
const PERIOD_MS = 2_000;
const LOOK_MS = 250;
/** Rooms with more subscribers than this are not told at all. */
const SUBSCRIBERS_MAX = 50;

/** Tells a room's subscribers how far its readers have come; coalesced, and lost where it does not matter. */
export class ReadReceipts {
  readonly #registry: RoomRegistry;
  /** Readers who were told of lately: what is known of them, and when they were told of. */
  readonly #recent = new Map<string, { moved: ReadMoved; waiting: boolean; at: number }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(registry: RoomRegistry) {
    this.#registry = registry;
  }

  moved(moved: ReadMoved): void {
    const subscribers = this.#registry.get(moved.roomId)?.live.length ?? 0;
    if (subscribers === 0 || subscribers > SUBSCRIBERS_MAX) return;
    const key = `${moved.roomId} ${moved.userId}`;
    const recent = this.#recent.get(key);
    if (recent) {
      recent.waiting ||= moved.lastReadSeq > recent.moved.lastReadSeq;
      recent.moved = moved;
      return;
    }
    this.#tell(moved);
    this.#recent.set(key, { moved, waiting: false, at: performance.now() });
    this.#schedule();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#endPeriods();
      if (this.#recent.size > 0) this.#schedule();
    }, LOOK_MS);
  }

  /** Who moved meanwhile is told of now and stays quiet for another period; the others are forgotten. */
  #endPeriods(): void {
    const now = performance.now();
    for (const [key, recent] of this.#recent) {
      if (now - recent.at < PERIOD_MS) continue;
      if (!recent.waiting) {
        this.#recent.delete(key);
        continue;
      }
      recent.waiting = false;
      recent.at = now;
      this.#tell(recent.moved);
    }
  }

  #tell({ roomId, userId, lastReadSeq }: ReadMoved): void {
    const frame: ServerEvent = { type: 'room.read', roomId, userId, seq: lastReadSeq };
    this.#registry.announce(roomId, frame);
  }
}
