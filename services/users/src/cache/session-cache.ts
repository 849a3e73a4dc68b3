import { keys, partitionOf } from '@brook/common/contracts';
import type { RedisClient } from '@brook/common/redis';
import { isLive, type Session } from '../domain/session.js';

/** Longest time in seconds that a live session stays in the read model before it is asked for again. */
export const LIVE_MAX_SECONDS = 24 * 60 * 60;
/** Seconds a revocation stays: longer than any live entry and any access token. */
const REVOKED_SECONDS = LIVE_MAX_SECONDS + 60 * 60;

/**
 * The read model of sessions, in the partition of the person: `live:<userId>` or `revoked`, absent means ask. A live entry
 * never replaces anything, a revocation replaces everything: a warmer that read the database before a
 * revocation cannot bring the session back.
 */
export class SessionCache {
  readonly #redis: RedisClient;
  readonly #partitions: number;

  constructor(redis: RedisClient, partitions: number) {
    this.#redis = redis;
    this.#partitions = partitions;
  }

  /** Stores what was read of a session at `now`. @throws while Redis cannot be reached */
  async warm(session: Pick<Session, 'id' | 'userId' | 'expiresAt' | 'revokedAt'>, now: Date): Promise<void> {
    if (!isLive(session, now)) return this.putRevoked(session);
    const left = Math.ceil((session.expiresAt.getTime() - now.getTime()) / 1000);
    await this.#redis.set(this.#key(session), `live:${session.userId}`, 'EX', Math.min(left, LIVE_MAX_SECONDS), 'NX');
  }

  /** Marks a session as ended for every gateway. @throws while Redis cannot be reached */
  async putRevoked(session: Pick<Session, 'id' | 'userId'>): Promise<void> {
    await this.#redis.set(this.#key(session), 'revoked', 'EX', REVOKED_SECONDS);
  }

  #key({ id, userId }: Pick<Session, 'id' | 'userId'>): string {
    return keys.session(partitionOf(userId, this.#partitions), id);
  }
}
