import type { Person, User } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { InternalClient } from '@brook/common/http';

/** Shorter than the two seconds that a transaction may idle. */
const DEADLINE_MS = 1_000;

/** Profiles of people whom a command names only by their id. */
export class Profiles {
  readonly #users: InternalClient;

  constructor(users: InternalClient) {
    this.#users = users;
  }

  /** @throws AppError `unavailable` or `timeout` when the users service does not answer with this person */
  async find(userId: string): Promise<User> {
    const { users } = await this.#users.request<{ users: User[] }>('/users/batch', {
      method: 'POST',
      body: { ids: [userId] },
      timeoutMs: DEADLINE_MS,
    });
    const user = users.find(({ id }) => id === userId);
    if (!user) throw new AppError('unavailable', 'a profile could not be found', { retryAfterMs: 1_000 });
    return user;
  }
}

/** What is announced of a person: what everybody may see, and no more than that. */
export const toPerson = ({ id, username, displayName, avatarUrl, kind, role, createdAt }: Person): Person => ({
  id,
  username,
  displayName,
  avatarUrl,
  kind,
  role,
  createdAt,
});
