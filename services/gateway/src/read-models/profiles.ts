import {
  type AnyChange,
  foldUsername,
  keys,
  partitionOf,
  type User,
  user as userSchema,
  type UsersChanges,
} from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { InternalClient } from '@brook/common/http';
import type { Logger } from '@brook/common/logging';
import type { RedisClient } from '@brook/common/redis';
import { LRUCache } from 'lru-cache';
import { assertConnected } from './assert-connected.js';

export interface ProfilesOptions {
  /** Of role `commands`. */
  redis: RedisClient;
  /** The users service. */
  users: Pick<InternalClient, 'request'>;
  partitions: number;
  logger: Logger;
}

const CACHED_MAX = 20_000;
/** A bound on staleness should the feed of changes stand still. */
const CACHED_MS = 60_000;

/** Public profiles: the read model of the users service, and the service itself where that does not know. */
export class Profiles {
  readonly #options: ProfilesOptions;
  readonly #cached = new LRUCache<string, User>({ max: CACHED_MAX, ttl: CACHED_MS });

  constructor(options: ProfilesOptions) {
    this.#options = options;
  }

  /** A person as the last change that reached this gateway left them; for stamping messages. @throws AppError `not_found` */
  async user(id: string): Promise<User> {
    return this.known(id) ?? this.current(id);
  }

  /** As `user`, where memory alone can tell; else undefined, then ask `user`. */
  known(id: string): User | undefined {
    return this.#cached.get(id);
  }

  /** A person as they are now: sees every update that was answered before, through whichever gateway. @throws AppError `not_found` */
  async current(id: string): Promise<User> {
    const found = (await this.users([id])).get(id);
    if (!found) throw new AppError('not_found', 'there is no such person');
    return found;
  }

  /** Who has this name, however it is written. @throws AppError `not_found` */
  async byName(name: string, trace?: string): Promise<User> {
    const folded = foldUsername(name);
    const id = await this.#idOf(folded);
    const known = id === undefined ? undefined : (await this.users([id])).get(id);
    if (known && foldUsername(known.username) === folded) return known;
    const path = `/users/by-name/${encodeURIComponent(name)}`;
    return (await this.#options.users.request<{ user: User }>(path, { trace })).user;
  }

  /** People as they are now, by id, in one read; unknown ids are missing from the answer. */
  async users(ids: readonly string[]): Promise<Map<string, User>> {
    const wanted = [...new Set(ids)];
    const found = await this.#fromReadModel(wanted);
    const missing = wanted.filter((id) => !found.has(id));
    if (missing.length > 0) for (const person of await this.#ask(missing)) found.set(person.id, person);
    for (const person of found.values()) this.#remember(person);
    return found;
  }

  /** A person as the read model was found to store them; undefined when that cannot be understood. */
  read(stored: string): User | undefined {
    const person = parsed(stored);
    if (person) this.#remember(person);
    return person;
  }

  /** Takes a change of the users feed. */
  apply(change: AnyChange<UsersChanges>): void {
    if (change.type === 'user.updated') this.#cached.set(change.data.user.id, change.data.user);
  }

  /** A change that came meanwhile has put a newer profile here: it stays. */
  #remember(person: User): void {
    if (!this.#cached.has(person.id)) this.#cached.set(person.id, person);
  }

  async #fromReadModel(ids: string[]): Promise<Map<string, User>> {
    const found = new Map<string, User>();
    if (ids.length === 0) return found;
    const { redis, partitions, logger } = this.#options;
    try {
      assertConnected(redis);
      const stored = await Promise.all(ids.map((id) => redis.get(keys.user(partitionOf(id, partitions), id))));
      for (const text of stored) {
        const person = text === null ? undefined : parsed(text);
        if (person) found.set(person.id, person);
      }
    } catch (err) {
      logger.warn({ err }, 'the read model of people cannot be read: asking the users service');
    }
    return found;
  }

  async #idOf(folded: string): Promise<string | undefined> {
    const { redis, partitions, logger } = this.#options;
    try {
      assertConnected(redis);
      return (await redis.get(keys.name(partitionOf(folded, partitions), folded))) ?? undefined;
    } catch (err) {
      logger.warn({ err }, 'the read model of names cannot be read: asking the users service');
      return undefined;
    }
  }

  async #ask(ids: string[]): Promise<User[]> {
    const { users } = await this.#options.users.request<{ users: User[] }>('/users/batch', { method: 'POST', body: { ids } });
    return users;
  }
}

function parsed(stored: string): User | undefined {
  try {
    return userSchema.safeParse(JSON.parse(stored)).data;
  } catch {
    // Not JSON: whoever needs the person asks the owner instead.
    return undefined;
  }
}
