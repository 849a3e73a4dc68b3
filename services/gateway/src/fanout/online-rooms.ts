import type { InternalClient } from '@brook/common/http';
import type { Logger } from '@brook/common/logging';

export interface OnlineRoomsOptions {
  /** The rooms service. */
  rooms: Pick<InternalClient, 'request'>;
  /** A person's rooms are known now. */
  onLoaded?: (userId: string) => void;
  logger: Logger;
}

type Move = (userId: string) => void;

/** Somebody whose rooms are being asked for. */
interface Asked {
  /** How much news there had been when they came. */
  since: number;
  /** What the feed said of them meanwhile. */
  moves: Move[];
}

/** Something that members of a room are to be told. */
interface News {
  at: number;
  tell: Move;
}

/** The rooms of who comes alone are asked for at once; in a storm so many milliseconds lie between two questions. */
const PERIOD_MS = 50;
const BATCH_MAX = 500;
const RETRY_MS = 1_000;
/** Rooms of which news is kept for people whose rooms cannot be had. Beyond that it goes: their list tells them, once it can be had. */
const NEWS_ROOMS_MAX = 10_000;
const NONE: ReadonlySet<string> = new Set();

/**
 * Which rooms the people with a connection to this gateway are members of: asked of the rooms service in batches when
 * they arrive, then kept by the feed. Joins and leaves that are seen while the answer is on its way are applied again after it,
 * and news of a room reaches who turns out to be a member, in its order. A room that is deleted meanwhile may be none of theirs
 * in the answer already: who has it in a list from before is not told.
 */
export class OnlineRooms {
  readonly #options: OnlineRoomsOptions;
  readonly #byUser = new Map<string, Set<string>>();
  readonly #byRoom = new Map<string, Set<string>>();
  readonly #asked = new Map<string, Asked>();
  /** What was told while somebody's rooms were being asked for: by room, then by kind, the oldest first. */
  readonly #news = new Map<string, Map<string, News>>();
  #newsCount = 0;
  #lastAskedAt = Number.NEGATIVE_INFINITY;
  #waiting = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: OnlineRoomsOptions) {
    this.#options = options;
  }

  /** People online here who are members of the room. */
  members(roomId: string): ReadonlySet<string> {
    return this.#byRoom.get(roomId) ?? NONE;
  }

  /** Whether a member is online here, or somebody who may be one. */
  mayReach(roomId: string): boolean {
    return this.#byRoom.has(roomId) || this.#asked.size > 0;
  }

  /**
   * Calls `tell` for each member who is online here: now, or, where a person's rooms are being asked for, once they are known;
   * of news of one kind, they are then told the newest only.
   */
  eachMember(roomId: string, kind: string, tell: Move): void {
    for (const userId of [...this.members(roomId)]) if (!this.#asked.has(userId)) tell(userId);
    if (this.#asked.size === 0) return;
    const known = this.#news.get(roomId);
    if (!known && this.#news.size >= NEWS_ROOMS_MAX) this.#news.clear();
    const news = known ?? new Map<string, News>();
    this.#news.set(roomId, news);
    news.delete(kind);
    news.set(kind, { at: ++this.#newsCount, tell });
  }

  /** Rooms of a person who is online here; empty until they are known. */
  rooms(userId: string): ReadonlySet<string> {
    return this.#byUser.get(userId) ?? NONE;
  }

  arrived(userId: string): void {
    if (this.#byUser.has(userId)) return;
    this.#byUser.set(userId, new Set());
    this.#asked.set(userId, { since: this.#newsCount, moves: [] });
    this.#waiting.add(userId);
    this.#schedule(Math.max(0, this.#lastAskedAt + PERIOD_MS - performance.now()));
  }

  left(userId: string): void {
    for (const roomId of this.rooms(userId)) this.#unlink(userId, roomId);
    this.#byUser.delete(userId);
    this.#waiting.delete(userId);
    this.#answered(userId);
  }

  joined(userId: string, roomId: string): void {
    this.#move(userId, () => this.#link(userId, roomId));
  }

  removed(userId: string, roomId: string): void {
    this.#move(userId, () => this.#unlink(userId, roomId));
  }

  deleted(roomId: string): void {
    this.eachMember(roomId, 'deleted', (userId) => this.removed(userId, roomId));
  }

  /** Asks for everybody's rooms again, e.g. after the database was restored. */
  reload(): void {
    for (const userId of [...this.#byUser.keys()]) {
      this.left(userId);
      this.arrived(userId);
    }
  }

  stop(): void {
    this.#stopped = true;
    clearTimeout(this.#timer);
  }

  #move(userId: string, move: Move): void {
    if (!this.#byUser.has(userId)) return;
    move(userId);
    this.#asked.get(userId)?.moves.push(move);
  }

  #schedule(ms: number): void {
    if (this.#stopped || this.#timer) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      void this.#load();
    }, ms);
  }

  async #load(): Promise<void> {
    const userIds = [...this.#waiting].slice(0, BATCH_MAX);
    if (userIds.length === 0) return;
    const asked = userIds.map((userId) => this.#asked.get(userId));
    for (const userId of userIds) this.#waiting.delete(userId);
    this.#lastAskedAt = performance.now();
    try {
      const body = { userIds };
      const { rooms } = await this.#options.rooms.request<{ rooms: Record<string, string[]> }>('/users/room-ids', {
        method: 'POST',
        body,
      });
      for (const [at, userId] of userIds.entries()) this.#loaded(userId, asked[at], rooms[userId] ?? []);
      if (this.#waiting.size > 0) this.#schedule(0);
    } catch (err) {
      this.#options.logger.warn({ err }, 'could not ask for the rooms of people online');
      for (const userId of userIds) if (this.#asked.has(userId)) this.#waiting.add(userId);
      this.#schedule(RETRY_MS);
    }
  }

  #loaded(userId: string, asked: Asked | undefined, roomIds: string[]): void {
    // Gone meanwhile. Who is back already is asked for again: what moved while they were away is not in this answer.
    if (!asked || this.#asked.get(userId) !== asked) return;
    for (const roomId of roomIds) this.#link(userId, roomId);
    for (const move of asked.moves) move(userId);
    for (const roomId of this.#news.size > 0 ? [...this.rooms(userId)] : [])
      for (const { at, tell } of this.#news.get(roomId)?.values() ?? []) if (at > asked.since) tell(userId);
    this.#answered(userId);
    this.#options.onLoaded?.(userId);
  }

  #answered(userId: string): void {
    this.#asked.delete(userId);
    if (this.#asked.size === 0) this.#news.clear();
  }

  #link(userId: string, roomId: string): void {
    this.#byUser.get(userId)?.add(roomId);
    const members = this.#byRoom.get(roomId);
    if (members) members.add(userId);
    else this.#byRoom.set(roomId, new Set([userId]));
  }

  #unlink(userId: string, roomId: string): void {
    this.#byUser.get(userId)?.delete(roomId);
    const members = this.#byRoom.get(roomId);
    members?.delete(userId);
    if (members?.size === 0) this.#byRoom.delete(roomId);
  }
}
