import { type LastMessage, type Message, preview } from '@brook/common/contracts';
import { encodeTextFrame } from '../ws/frame-encoding.js';
import type { Audience } from './audience.js';
import type { MessageEvent } from './message-events.js';
import type { OnlineRooms } from './online-rooms.js';

/** A room's activity is told at most once in this many milliseconds. */
const PERIOD_MS = 1_000;

/**
 * Tells members who are online but not subscribed that a room goes on. Collects per room, and parses only the newest
 * message of a period, once.
 */
export class RoomActivity {
  readonly #audience: Audience;
  readonly #online: OnlineRooms;
  readonly #newest = new Map<string, { seq: number; messageJson: string }>();
  #timer: NodeJS.Timeout | undefined;

  constructor(audience: Audience, online: OnlineRooms) {
    this.#audience = audience;
    this.#online = online;
  }

  /** Takes a new message off the stream. */
  created({ roomId, seq, messageJson }: MessageEvent): void {
    if (this.#online.members(roomId).size === 0 || (this.#newest.get(roomId)?.seq ?? 0) >= seq) return;
    this.#newest.set(roomId, { seq, messageJson });
    this.#timer ??= setTimeout(() => this.#tell(), PERIOD_MS);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #tell(): void {
    this.#timer = undefined;
    for (const [roomId, newest] of this.#newest) {
      let frame: Buffer | undefined;
      for (const userId of this.#online.members(roomId)) {
        for (const listener of this.#audience.of(userId)) {
          if (listener.subscribed(roomId)) continue;
          frame ??= activityFrame(roomId, newest);
          listener.write(frame);
        }
      }
    }
    this.#newest.clear();
  }
}

function activityFrame(roomId: string, { seq, messageJson }: { seq: number; messageJson: string }): Buffer {
  const { id, sender, text, createdAt, deletedAt } = JSON.parse(messageJson) as Message;
  const lastMessage: LastMessage = { id, seq, sender, text: preview(text), createdAt, deletedAt };
  return encodeTextFrame(JSON.stringify({ type: 'room.activity', roomId, lastSeq: seq, lastMessage }));
}
