import { foldUsername, keys, partitionOf } from '@brook/common/contracts';
import type { RedisClient } from '@brook/common/redis';
import { Script } from '@brook/common/streams';
import { type Account, toUser } from '../domain/account.js';

/** Seconds a profile or a name stays in the read model; what is asked for later is warmed again. */
export const USER_TTL_SECONDS = 24 * 60 * 60;

const putUser = Script.fromFile(new URL('../../src/cache/scripts/put-user.lua', import.meta.url));

/**
 * The read model of profiles: `user:<id>` holds the public User as JSON with the account's `version`, `name:<folded>` the
 * id. Every write is ordered by that version, so neither a slow warmer nor a paused owner brings an old profile back.
 */
export class UserCache {
  readonly #redis: RedisClient;
  readonly #partitions: number;

  constructor(redis: RedisClient, partitions: number) {
    this.#redis = redis;
    this.#partitions = partitions;
  }

  /** Stores a profile and its name; nothing older than what stands. @throws while Redis cannot be reached */
  async put(account: Account): Promise<void> {
    const folded = foldUsername(account.username);
    const profile = JSON.stringify({ ...toUser(account), version: account.version });
    await Promise.all([
      putUser.run(
        this.#redis,
        [keys.user(partitionOf(account.id, this.#partitions), account.id)],
        [account.version, USER_TTL_SECONDS, profile],
      ),
      this.#redis.set(keys.name(partitionOf(folded, this.#partitions), folded), account.id, 'EX', USER_TTL_SECONDS),
    ]);
  }
}
