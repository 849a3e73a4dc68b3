import type { ResumeAnswer } from '@brook/common/contracts';
import type { Logger } from '@brook/common/logging';
import { encodeTextFrame } from '../ws/frame-encoding.js';
import { eventTypeOf, messageFrame } from './frames.js';
import type { LocalRoom } from './local-room.js';

export interface RoomHealerOptions {
  /** Asks the database what changed in a room. */
  changes: (roomId: string, since: number) => Promise<ResumeAnswer>;
  /** The room's subscribers cannot be brought up to date one change at a time. */
  resync: (room: LocalRoom, cause: string) => void;
  onHealed: (deliveries: number) => void;
  logger: Logger;
}

/** A hole that is not filled by then makes its subscribers resume, in milliseconds. */
const HEAL_MS = 5_000;
/** Time that a rev which only a head told of may take to come by the stream. */
const BEHIND_GRACE_MS = 500;
const LOOK_MS = 250;
const RETRY_MS = 200;

/**
 * Brings rooms that miss changes up to date: one question per room at a time, at once for a hole, after a short wait
 * where the change may still be on its way.
 */
export class RoomHealer {
  readonly #options: RoomHealerOptions;
  readonly #healing = new Set<LocalRoom>();
  readonly #behind = new Map<LocalRoom, number>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: RoomHealerOptions) {
    this.#options = options;
  }

  /** Call after whatever may have shown that a room misses something. */
  look(room: LocalRoom): void {
    const { health } = room;
    if (health === 'whole' || this.#stopped) return;
    if (health === 'hole') this.heal(room);
    else if (!this.#behind.has(room)) {
      this.#behind.set(room, performance.now());
      this.#timer ??= setInterval(() => this.#lookBehind(), LOOK_MS);
    }
  }

  /** Asks the database now, if the room misses anything. */
  heal(room: LocalRoom): void {
    if (this.#stopped || this.#healing.has(room) || room.health === 'whole') return;
    this.#healing.add(room);
    void this.#heal(room).finally(() => {
      this.#healing.delete(room);
      this.look(room);
    });
  }

  stop(): void {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#behind.clear();
  }

  #lookBehind(): void {
    const now = performance.now();
    for (const [room, since] of this.#behind) {
      const behind = room.health === 'behind' && !room.empty;
      if (behind && now - since < BEHIND_GRACE_MS) continue;
      this.#behind.delete(room);
      if (behind) this.heal(room);
    }
    if (this.#behind.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #heal(room: LocalRoom): Promise<void> {
    const deadline = performance.now() + HEAL_MS;
    while (room.health !== 'whole' && !room.empty && !this.#stopped) {
      if (await this.#fill(room)) continue;
      if (performance.now() > deadline) {
        this.#options.resync(room, 'a hole could not be filled in time');
        return;
      }
      await pause(RETRY_MS);
    }
  }

  /** One question. @returns whether the room moved on */
  async #fill(room: LocalRoom): Promise<boolean> {
    const since = room.position;
    if (since === undefined) return true;
    let answer: ResumeAnswer;
    try {
      answer = await this.#options.changes(room.id, since);
    } catch (err) {
      this.#options.logger.warn({ err, room: room.id }, 'a hole could not be filled yet');
      return false;
    }
    // The room may have been reset, or filled from the stream, meanwhile.
    if (room.position === undefined || room.health === 'whole') return true;
    if (answer.mode === 'snapshot') {
      this.#options.resync(room, 'too much was missed, or the database went back');
      return true;
    }
    const before = room.position;
    this.#options.onHealed(
      room.changes(
        answer.lastRev,
        answer.messages.map((message) => healed(room.id, message)),
      ),
    );
    return room.position !== before;
  }
}

function healed(roomId: string, message: ResumeAnswer['messages'][number]): { rev: number; frame: Buffer } {
  const json = messageFrame(eventTypeOf(message), roomId, message.rev, JSON.stringify(message));
  return { rev: message.rev, frame: encodeTextFrame(json) };
}

const pause = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
