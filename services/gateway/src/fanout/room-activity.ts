import { type LastMessage, type Message, preview } from '@brook/common/contracts';
import type { Logger } from '@brook/common/logging';
import { LRUCache } from 'lru-cache';
import type { Heads } from '../read-models/heads.js';
import { encodeTextFrame } from '../ws/frame-encoding.js';
import type { Audience } from './audience.js';
import type { MessageEvent } from './message-events.js';
import type { OnlineRooms } from './online-rooms.js';

/** A room's activity is told at most once in this many milliseconds. */
const PERIOD_MS = 1_000;
/** Rooms of which is remembered what was told last. */
const REMEMBERED_MAX = 5_000;
const LOOKUPS_AT_ONCE = 50;

export interface RoomActivityOptions {
  audience: Pick<Audience, 'of'>;
  online: Pick<OnlineRooms, 'mayReach' | 'eachMember'>;
  heads: Pick<Heads, 'lastSeq'>;
  logger: Logger;
}

/** The newest of a period. */
type Waiting = Pick<MessageEvent, 'type' | 'rev' | 'seq' | 'messageJson'>;

/**
 * Tells members who are online but not subscribed that a room goes on: a new message, or a change of the newest one as
 * lists show it. Collects per room, and parses only the newest message of a period, once.
 */
export class RoomActivity {
  readonly #options: RoomActivityOptions;
  readonly #told = new LRUCache<string, string>({ max: REMEMBERED_MAX });
  #waiting = new Map<string, Waiting>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: RoomActivityOptions) {
    this.#options = options;
  }

  /** Takes a message event off the stream. */
  event({ roomId, type, rev, seq, messageJson }: MessageEvent): void {
    if (!this.#options.online.mayReach(roomId)) return;
    const waiting = this.#waiting.get(roomId);
    if (waiting && (seq < waiting.seq || (seq === waiting.seq && rev <= waiting.rev))) return;
    // A new message that is changed in the same period is still a new one.
    const created = waiting?.type === 'message.created' && waiting.seq === seq;
    this.#waiting.set(roomId, { type: created ? 'message.created' : type, rev, seq, messageJson });
    this.#schedule();
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer ??= setTimeout(() => {
      void this.#tell().finally(() => {
        this.#timer = undefined;
        if (this.#waiting.size > 0) this.#schedule();
      });
    }, PERIOD_MS);
  }

  async #tell(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = new Map();
    const changed: [string, Waiting][] = [];
    for (const [roomId, newest] of waiting) {
      if (newest.type === 'message.created') this.#tellRoom(roomId, newest);
      else changed.push([roomId, newest]);
    }
    while (changed.length > 0) await Promise.all(changed.splice(0, LOOKUPS_AT_ONCE).map((one) => this.#tellChange(...one)));
  }

  /** A change of an older message shows in no list. */
  async #tellChange(roomId: string, change: Waiting): Promise<void> {
    try {
      if ((await this.#options.heads.lastSeq(roomId)) === change.seq) this.#tellRoom(roomId, change);
    } catch (err) {
      this.#options.logger.debug({ err, roomId }, 'a change of the newest message was not told');
    }
  }

  #tellRoom(roomId: string, { seq, messageJson }: Waiting): void {
    if (!this.#options.online.mayReach(roomId)) return;
    const text = activityText(roomId, seq, messageJson);
    // A reaction changes nothing that a list shows.
    if (this.#told.get(roomId) === text) return;
    this.#told.set(roomId, text);
    let frame: Buffer | undefined;
    this.#options.online.eachMember(roomId, 'room.activity', (userId) => {
      for (const listener of this.#options.audience.of(userId)) {
        if (listener.subscribed(roomId)) continue;
        frame ??= encodeTextFrame(text);
        listener.write(frame);
      }
    });
  }
}

function activityText(roomId: string, lastSeq: number, messageJson: string): string {
  const { id, seq, sender, text, createdAt, deletedAt } = JSON.parse(messageJson) as Message;
  const lastMessage: LastMessage = { id, seq, sender, text: preview(text), createdAt, deletedAt };
  return JSON.stringify({ type: 'room.activity', roomId, lastSeq, lastMessage });
}
