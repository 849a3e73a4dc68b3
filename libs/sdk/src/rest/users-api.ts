import type { Page, SessionItem, User } from '@brook/common/contracts';
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

  /** Ways to sign in beside the password, e.g. `github`. Needs no session. */
  async providers(): Promise<string[]> {
    return (await this.#rest.anonymous<{ providers: string[] }>({ method: 'GET', path: '/auth/providers' })).providers;
  }

  /** One's own live sign-ins, newest first. */
  sessions(options: { cursor?: string | undefined; limit?: number | undefined } = {}): Promise<Page<SessionItem>> {
    return this.#rest.call({ method: 'GET', path: '/me/sessions', query: { ...options } });
  }

  /** Ends one of one's own sign-ins. */
  async endSession(id: string): Promise<void> {
    await this.#rest.call({ method: 'DELETE', path: `/me/sessions/${encodeURIComponent(id)}` });
  }

  /** Ends every other session too. Rejects with `invalid_credentials` where the present password is wrong. */
  async changePassword(body: { currentPassword: string; newPassword: string }): Promise<void> {
    await this.#rest.call({ method: 'PUT', path: '/me/password', body });
  }

  /** A guest becomes a member, under the same id. */
  async upgrade(body: { username: string; password: string }): Promise<User> {
    const { user } = await this.#rest.call<{ user: User }>({ method: 'POST', path: '/me/upgrade', body });
    this.#session.setUser(user);
    return user;
  }

  /** Begins to link GitHub to this account; the address is to be opened in the same browser. */
  async linkGithub(): Promise<string> {
    return (await this.#rest.call<{ url: string }>({ method: 'POST', path: '/me/identities/github', body: {} })).url;
  }

  async updateMe(body: { displayName?: string; avatarUrl?: string | null }): Promise<User> {
    const { user } = await this.#rest.call<{ user: User }>({ method: 'PATCH', path: '/me', body });
    this.#session.setUser(user);
    return user;
  }
}
