import { type AnyChange, CLOSE, type User, type UsersChanges } from '@brook/common/contracts';
import type { Profiles } from '../read-models/profiles.js';
import type { Audience } from './audience.js';
import type { Revocations } from './revocations.js';

export interface UsersFeedOptions {
  profiles: Pick<Profiles, 'apply'>;
  audience: Audience;
  revocations: Revocations;
}

/** What a change of the users service means here: newer profiles, and the end of sockets whose session has ended. */
export class UsersFeed {
  readonly #options: UsersFeedOptions;

  constructor(options: UsersFeedOptions) {
    this.#options = options;
  }

  apply(change: AnyChange<UsersChanges>): void {
    const { profiles, revocations } = this.#options;
    profiles.apply(change);
    switch (change.type) {
      case 'user.updated':
        return this.#endOldRoles(change.data.user);
      case 'session.revoked': {
        const { userId, sessionId } = change.data;
        revocations.session(change.data, performance.now());
        return this.#close(userId, (own) => own === sessionId);
      }
      case 'sessions.revoked': {
        const { userId, exceptSessionId } = change.data;
        revocations.everySession(change.data, performance.now());
        return this.#close(userId, (own) => own !== exceptSessionId);
      }
      default:
        // A newer users service may publish more; it concerns no socket here.
        change satisfies never;
    }
  }

  /** What a socket may see was decided under the role it was opened with: its client comes back under the new one. */
  #endOldRoles({ id, role }: User): void {
    for (const listener of this.#options.audience.of(id)) if (listener.role !== role) listener.close(CLOSE.resync);
  }

  #close(userId: string, concerned: (sessionId: string) => boolean): void {
    for (const listener of this.#options.audience.of(userId))
      if (concerned(listener.sessionId)) listener.close(CLOSE.sessionRevoked);
  }
}
