import { type Message, type ReadMark, type ReadMoved, ROOM_MENTION, type ServerEvent } from '@brook/common/contracts';
import type { InternalClient } from '@brook/common/http';
import type { Logger } from '@brook/common/logging';
import { LRUCache } from 'lru-cache';
import { countMentions, readMarkers } from '../read-models/mentions.js';
import type { Audience } from './audience.js';
import type { MessageEvent } from './message-events.js';
import type { OnlineRooms } from './online-rooms.js';

/** Counts are told at most once a person, room and this many milliseconds. */
const PERIOD_MS = 300;
/** Rooms of which is remembered who was told of unread mentions. */
const CALLED_ROOMS = 5_000;
/** People and rooms of one question. */
const BATCH = 500;

export interface MentionCountsOptions {
  audience: Pick<Audience, 'has' | 'tell'>;
  online: Pick<OnlineRooms, 'eachMember'>;
  messages: InternalClient;
  rooms: InternalClient;
  logger: Logger;
}

/** Somebody whose count in a room may be another now. */
interface Waiting {
  userId: string;
  roomId: string;
  /** The marker stands here at least, though the rooms service may not know it yet: what somebody writes, they have read up to. */
  readSeq: number;
  /** It stands exactly there: it was just moved. */
  sure: boolean;
}

/**
 * Tells people who are online how many unread messages mention them, whenever that may have changed: a message that mentions
 * them came, changed or went, or their read marker moved, on whatever device. The number is counted anew each time from the
 * mentions beyond the marker, so that a frame that is lost or late does no lasting harm.
 */
export class MentionCounts {
  readonly #options: MentionCountsOptions;
  /** Whom this gateway has told of unread mentions, by room: their own messages move their markers past them. */
  readonly #called = new LRUCache<string, Set<string>>({ max: CALLED_ROOMS });
  #waiting = new Map<string, Waiting>();
  #timer: NodeJS.Timeout | undefined;
  #telling: Promise<void> = Promise.resolve();
  #stopped = false;

  constructor(options: MentionCountsOptions) {
    this.#options = options;
  }

  /** Takes a message event off the stream. */
  event({ type, roomId, seq, messageJson, mentioned }: MessageEvent): void {
    for (const who of mentioned) {
      const called = (userId: string) => this.#add({ userId, roomId, readSeq: 0, sure: false });
      if (who === ROOM_MENTION) this.#options.online.eachMember(roomId, 'room.mentions', called);
      else called(who);
    }
    const called = this.#called.get(roomId);
    if (type !== 'message.created' || !called) return;
    const { sender } = JSON.parse(messageJson) as Message;
    if (called.has(sender.id)) this.#add({ userId: sender.id, roomId, readSeq: seq, sure: false });
  }

  /** Somebody's read marker moved. */
  read({ roomId, userId, lastReadSeq }: ReadMoved): void {
    this.#add({ userId, roomId, readSeq: lastReadSeq, sure: true });
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#telling;
  }

  #add(place: Waiting): void {
    const { userId, roomId, readSeq, sure } = place;
    if (!this.#options.audience.has(userId)) return;
    const known = this.#waiting.get(`${userId} ${roomId}`);
    if (known && known.readSeq > readSeq) return;
    this.#waiting.set(`${userId} ${roomId}`, known && !sure && known.readSeq === readSeq ? known : place);
    this.#schedule();
  }

  #schedule(): void {
    if (this.#stopped) return;
    this.#timer ??= setTimeout(() => {
      this.#telling = this.#tell().finally(() => {
        this.#timer = undefined;
        if (this.#waiting.size > 0) this.#schedule();
      });
    }, PERIOD_MS);
  }

  async #tell(): Promise<void> {
    const all = [...this.#waiting.values()];
    this.#waiting = new Map();
    for (let from = 0; from < all.length; from += BATCH) {
      try {
        await this.#tellSome(all.slice(from, from + BATCH));
      } catch (err) {
        this.#options.logger.warn({ err }, 'unread mentions could not be counted: the next change, or a list, will tell');
      }
    }
  }

  async #tellSome(places: Waiting[]): Promise<void> {
    const marks = await this.#marksOf(places);
    const counts = await countMentions(this.#options, marks);
    for (const [at, { userId, roomId }] of marks.entries()) {
      const unreadMentions = counts[at] ?? 0;
      this.#note(userId, roomId, unreadMentions > 0);
      this.#options.audience.tell(userId, { type: 'room.mentions', roomId, unreadMentions } satisfies ServerEvent);
    }
  }

  async #marksOf(places: Waiting[]): Promise<ReadMark[]> {
    const asked = places.filter(({ sure }) => !sure).map(({ userId, roomId }) => ({ userId, roomId }));
    const markers = await readMarkers(this.#options, asked);
    let next = 0;
    return places.flatMap(({ userId, roomId, readSeq, sure }) => {
      const marker = sure ? readSeq : markers[next++];
      // No member (any more).
      if (marker === null || marker === undefined) return [];
      return [{ userId, roomId, lastReadSeq: Math.max(marker, readSeq) }];
    });
  }

  #note(userId: string, roomId: string, called: boolean): void {
    const people = this.#called.get(roomId);
    if (!called) people?.delete(userId);
    else if (people) people.add(userId);
    else this.#called.set(roomId, new Set([userId]));
    if (people?.size === 0) this.#called.delete(roomId);
  }
}
