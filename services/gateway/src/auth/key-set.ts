import { AppError } from '@brook/common/errors';
import type { InternalClient } from '@brook/common/http';
import { createLocalJWKSet, errors, type FlattenedJWSInput, type JSONWebKeySet, type JWTHeaderParameters } from 'jose';

/** A token with an unknown key id makes the gateway ask for the keys again, but not more often than this. */
const REFETCH_MS = 3_000;

/** Milliseconds after which the keys are asked for again, so that one that was withdrawn is not believed for ever. */
const FRESH_MS = 60_000;

type Resolve = ReturnType<typeof createLocalJWKSet>;

/** The users service's public keys, fetched when first needed and again when a token names a key that is not among them. */
export class KeySet {
  readonly #users: Pick<InternalClient, 'request'>;
  #resolve: Resolve | undefined;
  #fetchedAt = Number.NEGATIVE_INFINITY;
  #fetching: Promise<Resolve> | undefined;

  constructor(users: Pick<InternalClient, 'request'>) {
    this.#users = users;
  }

  /** The key of a token, as jose's `getKey`. @throws jose's JWKSNoMatchingKey; AppError `unavailable` without any keys */
  readonly key = async (header: JWTHeaderParameters, token: FlattenedJWSInput): ReturnType<Resolve> => {
    const resolve = this.#resolve ?? (await this.#fetch());
    this.#refresh();
    try {
      return await resolve(header, token);
    } catch (err) {
      if (!(err instanceof errors.JWKSNoMatchingKey) || performance.now() - this.#fetchedAt < REFETCH_MS) throw err;
      return (await this.#fetch())(header, token);
    }
  };

  /** Beside the answer: while the users service is away the keys that are known go on. */
  #refresh(): void {
    const now = performance.now();
    if (now - this.#fetchedAt < FRESH_MS) return;
    // A failure is repeated no sooner than this.
    this.#fetchedAt = now - FRESH_MS + REFETCH_MS;
    this.#fetch().catch(() => undefined);
  }

  #fetch(): Promise<Resolve> {
    this.#fetching ??= this.#ask().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #ask(): Promise<Resolve> {
    const keys = await this.#users.request<JSONWebKeySet>('/jwks');
    if (!Array.isArray(keys?.keys)) throw new AppError('unavailable', 'the token keys could not be read');
    this.#fetchedAt = performance.now();
    this.#resolve = createLocalJWKSet(keys);
    return this.#resolve;
  }
}
