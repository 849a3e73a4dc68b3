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

const BATCH_MS = 20;
const BATCH_MAX = 200;
const RETRY_MS = 1_000;
const NONE: ReadonlySet<string> = new Set();

/**
 * Which rooms the people with a connection to this gateway are members of: asked of the rooms service in batches when
 * they arrive, then kept by the feed. Joins and leaves that are seen while the answer is on its way are applied again after it.
 */
export class OnlineRooms {
  readonly #options: OnlineRoomsOptions;
  readonly #byUser = new Map<string, Set<string>>();
  readonly #byRoom = new Map<string, Set<string>>();
  /** People whose rooms are being asked for, with what the feed said of them meanwhile. */
  readonly #asked = new Map<string, Move[]>();
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

  /** Rooms of a person who is online here; empty until they are known. */
  rooms(userId: string): ReadonlySet<string> {
    return this.#byUser.get(userId) ?? NONE;
  }

  arrived(userId: string): void {
    if (this.#byUser.has(userId)) return;
    this.#byUser.set(userId, new Set());
    this.#asked.set(userId, []);
    this.#waiting.add(userId);
    this.#schedule(BATCH_MS);
  }

  left(userId: string): void {
    for (const roomId of this.rooms(userId)) this.#unlink(userId, roomId);
    this.#byUser.delete(userId);
    this.#asked.delete(userId);
    this.#waiting.delete(userId);
  }

  joined(userId: string, roomId: string): void {
    this.#move(userId, () => this.#link(userId, roomId));
  }

  removed(userId: string, roomId: string): void {
    this.#move(userId, () => this.#unlink(userId, roomId));
  }

  deleted(roomId: string): void {
    for (const userId of [...this.members(roomId)]) this.removed(userId, roomId);
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
    this.#asked.get(userId)?.push(move);
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
    for (const userId of userIds) this.#waiting.delete(userId);
    try {
      const body = { userIds };
      const { rooms } = await this.#options.rooms.request<{ rooms: Record<string, string[]> }>('/users/room-ids', {
        method: 'POST',
        body,
      });
      for (const userId of userIds) this.#loaded(userId, rooms[userId] ?? []);
      if (this.#waiting.size > 0) this.#schedule(0);
    } catch (err) {
      this.#options.logger.warn({ err }, 'could not ask for the rooms of people online');
      for (const userId of userIds) if (this.#asked.has(userId)) this.#waiting.add(userId);
      this.#schedule(RETRY_MS);
    }
  }

  #loaded(userId: string, roomIds: string[]): void {
    const moves = this.#asked.get(userId);
    if (!moves) return;
    this.#asked.delete(userId);
    for (const roomId of roomIds) this.#link(userId, roomId);
    for (const move of moves) move(userId);
    this.#options.onLoaded?.(userId);
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
