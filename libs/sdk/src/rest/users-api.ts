import type { User } from '@brook/common/contracts';
import type { RestClient } from './rest-client.js';
import type { Session } from './session.js';

/** The REST calls about people. */
export class UsersApi {
  readonly #rest: RestClient;
  readonly #session: Session;

  constructor(rest: RestClient, session: Session) {
    this.#rest = rest;
    this.#session = session;
  }

  /** Who has this name; null where nobody has. Public, needs no session. */
  async find(username: string): Promise<User | null> {
    const path = `/users/${encodeURIComponent(username)}`;
    try {
      return (await this.#rest.anonymous<{ user: User }>({ method: 'GET', path })).user;
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'not_found') return null;
      throw error;
    }
  }

  /** Reads one's own profile anew. */
  async me(): Promise<User> {
    const { user } = await this.#rest.call<{ user: User }>({ method: 'GET', path: '/me' });
    this.#session.setUser(user);
    return user;
  }

  async updateMe(body: { displayName?: string; avatarUrl?: string | null }): Promise<User> {
    const { user } = await this.#rest.call<{ user: User }>({ method: 'PATCH', path: '/me', body });
    this.#session.setUser(user);
    return user;
  }
}
