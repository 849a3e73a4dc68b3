import { keys, partitionOf, type User } from '@brook/common/contracts';
import type { Logger } from '@brook/common/logging';
import type { RedisClient } from '@brook/common/redis';
import { assertConnected } from '../read-models/assert-connected.js';
import type { Profiles } from '../read-models/profiles.js';
import type { Session, SessionVerifier } from './session-verifier.js';

export interface SignInOptions {
  /** Of role `commands`. */
  redis: RedisClient;
  partitions: number;
  sessions: Pick<SessionVerifier, 'claims' | 'judge'>;
  profiles: Pick<Profiles, 'read' | 'current'>;
  logger: Logger;
}

/** What a socket's hello needs to know, with one read of the read models: whether the session lives, and who that is now. */
export class SignIn {
  readonly #options: SignInOptions;

  constructor(options: SignInOptions) {
    this.#options = options;
  }

  /**
   * @param claimed called when the token has said whose it is, while the read models are being asked whether that still holds
   * @throws AppError as `SessionVerifier.verify` does; `not_found` when there is no such person (any more)
   */
  async identify(token: string, claimed: (userId: string) => void = () => undefined): Promise<{ session: Session; user: User }> {
    const { sessions, profiles } = this.#options;
    const session = await sessions.claims(token);
    const stored = this.#stored(session);
    claimed(session.userId);
    const [state, profile] = await stored;
    await sessions.judge(session, state ?? undefined);
    const user = profile == null ? undefined : profiles.read(profile);
    return { session, user: user ?? (await profiles.current(session.userId)) };
  }

  /** Both lie in the person's partition, so that one command gets them. */
  async #stored({ userId, sessionId }: Session): Promise<(string | null)[]> {
    const { redis, partitions, logger } = this.#options;
    try {
      assertConnected(redis);
      const partition = partitionOf(userId, partitions);
      return await redis.mget(keys.session(partition, sessionId), keys.user(partition, userId));
    } catch (err) {
      logger.warn({ err }, 'the read models of sessions and people cannot be read: asking the users service');
      return [];
    }
  }
}
