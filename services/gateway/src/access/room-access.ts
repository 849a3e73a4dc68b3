import {
  type Action,
  actorOf,
  type AnyChange,
  may,
  type MemberRole,
  type Room,
  type RoomAccess as RoomAccessAnswer,
  type RoomsChanges,
} from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { InternalClient } from '@brook/common/http';
import type { Logger } from '@brook/common/logging';
import type { RedisClient } from '@brook/common/redis';
import { readRoomInfo } from '../read-models/room-info.js';
import { AccessMemory, type Standing } from './access-memory.js';

/** A room as one person who may do what was asked stands to it. */
export interface RoomView {
  /** `name`, `topic` and numbers may lag behind by the feed's delay. */
  room: Room;
  /** Null: not a member. */
  role: MemberRole | null;
  banned: boolean;
}

export interface RoomAccessOptions {
  /** Of role `commands`. */
  redis: RedisClient;
  /** The rooms service. */
  rooms: Pick<InternalClient, 'request'>;
  partitions: number;
  logger: Logger;
}

export interface CheckOptions {
  /** Application admins count as owners everywhere. */
  admin?: boolean;
  /**
   * Where a positive answer may come from. `memory`: what the feed told this gateway (sockets). `readModel`: at least Redis, so that
   * every removal answered before is seen (REST). `owner`: the rooms service.
   */
  from?: Source;
  /** Request id for the owner's log. */
  trace?: string | undefined;
}
export type Source = 'memory' | 'readModel' | 'owner';

/** Questions are repeated while changes about them keep coming in between. */
const ATTEMPTS = 5;

/**
 * Who may do what in which room.
 *
 *   memory (fed by the rooms feed) -> read model in Redis -> rooms service
 *
 * A positive answer of a cache is taken. A negative one never: the person may have joined a moment ago through another
 * gateway, so before refusing, the rooms service itself is asked. What only moderators, owners or admins may do is
 * always asked there. A private room is `not_found` for whom it does not concern, as if it did not exist; who is
 * banned gets `forbidden`.
 */
export class RoomAccess {
  readonly #options: RoomAccessOptions;
  readonly #memory = new AccessMemory();

  constructor(options: RoomAccessOptions) {
    this.#options = options;
  }

  /**
   * Answers with the room when this person may do `action` in it.
   * @throws AppError `not_found`, `forbidden`; `unavailable` or `timeout` when the rooms service had to be asked in vain
   */
  async check(userId: string, roomId: string, action: Action, options: CheckOptions = {}): Promise<RoomView> {
    const { admin = false, trace } = options;
    const from = isPrivileged(action) ? 'owner' : (options.from ?? 'memory');
    const known = from === 'memory' ? this.#memory.recall(userId, roomId) : undefined;
    if (known && allows(known, action, admin)) return known;
    if (from !== 'owner') {
      const stored = await this.#look(userId, roomId, () => this.#stored(userId, roomId));
      if (stored && allows(stored, action, admin)) return stored;
    }
    const standing = await this.#look(userId, roomId, () => this.#asked(userId, roomId, trace));
    return permitted(standing, action, admin);
  }

  /** The room if memory alone says that the action is allowed, without waiting; else undefined, then ask `check`. */
  known(userId: string, roomId: string, action: Action, { admin = false }: { admin?: boolean } = {}): RoomView | undefined {
    if (isPrivileged(action)) return undefined;
    const standing = this.#memory.recall(userId, roomId);
    return standing && allows(standing, action, admin) ? standing : undefined;
  }

  /** Puts into memory what the read model says, for a check that will follow. Never rejects. */
  async prepare(userId: string, roomId: string): Promise<void> {
    if (!this.#memory.recall(userId, roomId)) await this.#look(userId, roomId, () => this.#stored(userId, roomId));
  }

  /** Takes a change of the rooms feed: call it with every one, in order. A lookup on its way is overruled by it. */
  apply(change: AnyChange<RoomsChanges>): void {
    this.#memory.apply(change);
  }

  /** Forgets what is remembered of a room. */
  forget(roomId: string): void {
    this.#memory.forget(roomId);
  }

  /** Forgets everything remembered. */
  clear(): void {
    this.#memory.clear();
  }

  /** Asks again when a change about this came meanwhile; the last answer is as new as its question. */
  async #look(userId: string, roomId: string, ask: () => Promise<Standing | undefined>): Promise<Standing | undefined> {
    for (let attempt = 1; ; attempt++) {
      const flight = this.#memory.depart(userId, roomId);
      let answer: Standing | undefined;
      try {
        answer = await ask();
      } finally {
        this.#memory.land(flight, answer);
      }
      if (!flight.stale || attempt === ATTEMPTS) return answer;
    }
  }

  async #stored(userId: string, roomId: string): Promise<Standing | undefined> {
    const { redis, partitions, logger } = this.#options;
    try {
      return await readRoomInfo(redis, partitions, { roomId, userId });
    } catch (err) {
      logger.warn({ err }, 'the read model of rooms cannot be read: asking the rooms service');
      return undefined;
    }
  }

  async #asked(userId: string, roomId: string, trace: string | undefined): Promise<Standing | undefined> {
    try {
      const answer = await this.#options.rooms.request<RoomAccessAnswer>(`/rooms/${roomId}/access`, { query: { userId }, trace });
      return { room: answer.room, role: answer.membership?.role ?? null, banned: answer.banned };
    } catch (err) {
      if (err instanceof AppError && err.code === 'not_found') return undefined;
      throw err;
    }
  }
}

/** What plain members may not do: a cached role is not enough for it. */
const isPrivileged = (action: Action): boolean => !may('member', action, 'public');

const allows = (standing: Standing, action: Action, admin: boolean): boolean =>
  may(actorOf({ admin, banned: standing.banned, role: standing.role }), action, standing.room.visibility);

function permitted(standing: Standing | undefined, action: Action, admin: boolean): RoomView {
  if (!standing) throw new AppError('not_found', 'there is no such room');
  if (allows(standing, action, admin)) return standing;
  if (standing.banned) throw new AppError('forbidden', 'you are banned from this room');
  if (!allows(standing, 'room.read', admin)) throw new AppError('not_found', 'there is no such room');
  throw new AppError('forbidden', standing.role === null ? 'join the room first' : 'your role in this room does not allow this');
}
