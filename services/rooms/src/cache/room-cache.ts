import { keys, partitionOf } from '@brook/common/contracts';
import type { Logger } from '@brook/common/logging';
import type { RedisClient } from '@brook/common/redis';
import { Script, warmHash } from '@brook/common/streams';
import { toMembership, toRoom } from '../domain/room.js';
import type { ChangeRepository } from '../repositories/change-repository.js';
import type { RoomLists, RoomSnapshot } from '../repositories/room-lists.js';
import { ROOM_TTL_SECONDS } from './projection.js';

const forgetScript = Script.fromFile(new URL('../../src/cache/scripts/forget.lua', import.meta.url));
const GUARD_SECONDS = 60;
/** Redis writes its file every second and a replica lags by less: older changes are on disk. */
const UNSAFE_MS = 10 * 60_000;

/** Keeps rooms in the Redis read model; see `projection.ts` for its form and the changes that follow. */
export class RoomCache {
  readonly #redis: RedisClient;
  readonly #rooms: RoomLists;
  readonly #changes: ChangeRepository;
  readonly #partitions: number;
  readonly #logger: Logger;
  readonly #warming = new Map<string, Promise<void>>();

  /** `redis` is of role `commands`. */
  constructor(deps: { redis: RedisClient; rooms: RoomLists; changes: ChangeRepository; partitions: number; logger: Logger }) {
    this.#redis = deps.redis;
    this.#rooms = deps.rooms;
    this.#changes = deps.changes;
    this.#partitions = deps.partitions;
    this.#logger = deps.logger;
  }

  /** Stores a room as it stands; concurrent calls share one reading. A failure is logged: the read model may be absent. */
  warm(roomId: string): Promise<void> {
    let warming = this.#warming.get(roomId);
    if (!warming) {
      warming = this.#warm(roomId)
        .catch((err: unknown) => this.#logger.warn({ err, roomId }, 'a room could not be warmed'))
        .finally(() => this.#warming.delete(roomId));
      this.#warming.set(roomId, warming);
    }
    return warming;
  }

  /**
   * Removes the rooms of a partition that changed lately. Called when Redis began another life and when the partition
   * is taken over: the newest patches may be missing from a hash that came back.
   */
  async forgetRecent(partition: number, now: Date): Promise<void> {
    const { n, roomIds } = await this.#changes.changedSince(partition, new Date(now.getTime() - UNSAFE_MS));
    for (const roomId of roomIds) await forgetScript.run(this.#redis, [keys.roomInfo(partition, roomId)], [n, GUARD_SECONDS]);
  }

  async #warm(roomId: string): Promise<void> {
    const partition = partitionOf(roomId, this.#partitions);
    const snapshot = await this.#rooms.snapshot(partition, roomId);
    if (!snapshot) return;
    await warmHash(this.#redis, keys.roomInfo(partition, roomId), {
      version: snapshot.n,
      // Spread, so that rooms warmed together do not expire together.
      ttlSeconds: Math.round(ROOM_TTL_SECONDS * (0.9 + Math.random() * 0.2)),
      fields: toFields(snapshot),
    });
  }
}

function toFields({ room, members, bans }: RoomSnapshot): Record<string, string> {
  const fields: Record<string, string> = { room: JSON.stringify(toRoom(room)) };
  for (const [userId, role, joinedAtMs, lastReadSeq] of members) {
    const member = { roomId: room.id, userId, role, joinedAt: new Date(joinedAtMs), lastReadSeq };
    fields[`m:${userId}`] = JSON.stringify(toMembership(member));
  }
  for (const userId of bans) fields[`b:${userId}`] = '1';
  return fields;
}
