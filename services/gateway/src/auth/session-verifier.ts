import { hash } from 'node:crypto';
import { type AccessClaims, keys, partitionOf, TOKEN_AUDIENCE, TOKEN_ISSUER, uuid } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { InternalClient } from '@brook/common/http';
import type { Logger } from '@brook/common/logging';
import type { RedisClient } from '@brook/common/redis';
import { errors, jwtVerify } from 'jose';
import { LRUCache } from 'lru-cache';
import { KeySet } from './key-set.js';
import { assertConnected } from '../read-models/assert-connected.js';

/** A live session as its access token tells. */
export interface Session {
  userId: string;
  sessionId: string;
  /** When the access token expires; milliseconds of the wall clock. */
  expiresAt: number;
}

export interface SessionVerifierOptions {
  /** Of role `commands`. */
  redis: RedisClient;
  /** The users service. */
  users: Pick<InternalClient, 'request'>;
  partitions: number;
  logger: Logger;
}

/** Verified tokens that are remembered, so that a signature is checked once. */
const VERIFIED_MAX = 20_000;

/**
 * Says whose an access token is. The signature is checked once per token; that the session still lives is asked each
 * time, of the read model and, where that does not know, of the users service.
 */
export class SessionVerifier {
  readonly #options: SessionVerifierOptions;
  readonly #keys: KeySet;
  /** By the token's hash: a seventh of its length, and no process keeps what one could sign in with. */
  readonly #verified = new LRUCache<string, Session>({ max: VERIFIED_MAX });

  constructor(options: SessionVerifierOptions) {
    this.#options = options;
    this.#keys = new KeySet(options.users);
  }

  /**
   * The live session of an access token.
   * @throws AppError `token_expired`; `unauthenticated` when malformed, forged or revoked; `unavailable` or `timeout` when
   * neither the read model nor the users service could tell
   */
  async verify(token: string): Promise<Session> {
    const session = await this.claims(token);
    await this.assertLive(session);
    return session;
  }

  /** @throws AppError `unauthenticated` when the session has ended */
  async assertLive(session: Session): Promise<void> {
    await this.judge(session, await this.#known(session.userId, session.sessionId));
  }

  /**
   * The same, by what the read model was found to say of the session: undefined where it says nothing.
   * @throws AppError `unauthenticated` when the session has ended
   */
  async judge({ userId, sessionId }: Session, known: string | undefined): Promise<void> {
    if (known === undefined) {
      await this.#ask(userId, sessionId);
      return;
    }
    if (known !== `live:${userId}`) throw new AppError('unauthenticated', 'the session has ended');
  }

  /** What the token itself says; whether the session still lives is another question. @throws AppError `token_expired`, `unauthenticated` */
  async claims(token: string): Promise<Session> {
    const key = hash('sha256', token, 'base64');
    const known = this.#verified.get(key);
    if (known) {
      if (known.expiresAt > Date.now()) return known;
      throw new AppError('token_expired');
    }
    const session = await this.#check(token);
    this.#verified.set(key, session);
    return session;
  }

  async #check(token: string): Promise<Session> {
    try {
      const { payload } = await jwtVerify<AccessClaims>(token, this.#keys.key, {
        issuer: TOKEN_ISSUER,
        audience: TOKEN_AUDIENCE,
        algorithms: ['EdDSA'],
        requiredClaims: ['sub', 'sid', 'exp'],
      });
      return { userId: uuid.parse(payload.sub), sessionId: uuid.parse(payload.sid), expiresAt: payload.exp * 1000 };
    } catch (err) {
      if (err instanceof AppError) throw err;
      if (err instanceof errors.JWTExpired) throw new AppError('token_expired', undefined, { cause: err });
      throw new AppError('unauthenticated', 'the access token is not valid', { cause: err });
    }
  }

  /** What the read model says; undefined when it knows nothing or cannot be reached. */
  async #known(userId: string, sessionId: string): Promise<string | undefined> {
    try {
      const { redis, partitions } = this.#options;
      assertConnected(redis);
      return (await redis.get(keys.session(partitionOf(userId, partitions), sessionId))) ?? undefined;
    } catch (err) {
      this.#options.logger.warn({ err }, 'the read model of sessions cannot be read: asking the users service');
      return undefined;
    }
  }

  async #ask(userId: string, sessionId: string): Promise<void> {
    const found = await this.#options.users
      .request<{ userId: string; live: boolean }>(`/sessions/${sessionId}`)
      .catch((err: unknown) => {
        if (err instanceof AppError && err.code === 'not_found') return undefined;
        throw err;
      });
    if (!found?.live || found.userId !== userId) throw new AppError('unauthenticated', 'the session has ended');
  }
}
