import type { User } from '@brook/common/contracts';
import { Emitter } from '../emitter.js';
import { BrookError } from '../errors.js';
import type { BrookStorage } from '../storage/storage.js';
import type { RestClient } from './rest-client.js';
import { oneTabAtATime } from './tab-lock.js';

/** Answer to sign-up, log-in and guest entry. */
interface Credentials {
  user: User;
  accessToken: string;
  /** Seconds. */
  expiresIn: number;
  refreshToken?: string;
}

type Renewed = Omit<Credentials, 'user'> & { user?: User };

export interface SessionOptions {
  rest: RestClient;
  /** One that does not reject. */
  storage: BrookStorage;
  tokens: 'body' | 'cookie';
  /** The access token is renewed this long before it expires, in milliseconds. */
  renewBeforeMs: number;
}

export interface SessionEvents {
  /** A new access token; sockets extend their session with it. */
  token: string;
  /** Who is signed in now; null once nobody is. */
  user: User | null;
}

/** How a session is taken up. */
export interface RestoreOptions {
  /** The server has just put a session into the cookie that this client did not begin, e.g. after a login through GitHub. */
  cookieIsNew?: boolean;
}

/** Holds the access token in memory and renews it, one renewal at a time. */
export class Session extends Emitter<SessionEvents> {
  readonly #options: SessionOptions;
  #user: User | null = null;
  #accessToken: string | null = null;
  #expiresAt = 0;
  #renewAt = 0;
  #refreshToken: string | null = null;
  #refreshing: Promise<string> | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #renewing = false;
  /** A stored session is being taken up: a token may be asked for before the first renewal has succeeded. */
  #resumable = false;

  constructor(options: SessionOptions) {
    super();
    this.#options = options;
  }

  get user(): User | null {
    return this.#user;
  }

  /** Takes over what a sign-up, log-in or guest entry answered. */
  async begin(path: '/users' | '/sessions' | '/sessions/guest', body: object): Promise<User> {
    const request = { method: 'POST', path, body: { ...body, tokens: this.#options.tokens } } as const;
    const credentials = await this.#options.rest.anonymous<Credentials>(request);
    await this.#accept(credentials, credentials.user);
    return credentials.user;
  }

  /**
   * Restores the session of an earlier run. Null where there is none, or where it is over; rejects where the server
   * cannot be reached, and may be called again then. Who it was is announced as soon as the storage has told it, and
   * taken back when the server says that the session is over.
   */
  async restore({ cookieIsNew = false }: RestoreOptions = {}): Promise<User | null> {
    const stored = await this.#options.storage.loadSession();
    if (!stored && !(cookieIsNew && this.#options.tokens === 'cookie')) return null;
    this.#refreshToken = stored?.refreshToken ?? null;
    if (stored?.user && !cookieIsNew) {
      this.#resumable = true;
      this.setUser(stored.user);
    }
    try {
      await this.refresh();
      const { user } = await this.#options.rest.call<{ user: User }>({ method: 'GET', path: '/me' });
      await this.#remember(user);
      return user;
    } catch (error) {
      if (error instanceof BrookError && error.code === 'unauthenticated') return null;
      throw error;
    }
  }

  /** A valid access token, renewed where it is about to expire. Rejects with `unauthenticated` where there is none. */
  token(): Promise<string> {
    if (this.#accessToken === null && this.#refreshing === null && !this.#resumable) {
      return Promise.reject(new BrookError('unauthenticated', 'Nobody is signed in'));
    }
    if (this.#accessToken !== null && Date.now() < this.#expiresAt - 5_000) return Promise.resolve(this.#accessToken);
    return this.refresh();
  }

  /** Renews the access token; calls at the same time share one renewal, for a refresh token works only once. */
  refresh(): Promise<string> {
    this.#refreshing ??= this.#renew().finally(() => {
      this.#refreshing = null;
    });
    return this.#refreshing;
  }

  /** Keeps the token fresh from now on, so that an open socket never runs out. */
  keepFresh(on: boolean): void {
    this.#renewing = on;
    this.#schedule();
  }

  /** Replaces what is known of the person, e.g. after a change of the profile. */
  setUser(user: User): void {
    this.#user = user;
    this.emit('user', user);
  }

  /** Ends the session on the server and forgets it here, even where the server cannot be told. */
  async end(): Promise<void> {
    try {
      if (this.#accessToken !== null) await this.#options.rest.call({ method: 'DELETE', path: '/sessions/current' });
    } finally {
      await this.forget();
    }
  }

  /** Forgets the session without telling the server, e.g. because the server ended it. */
  async forget(): Promise<void> {
    clearTimeout(this.#timer);
    this.#resumable = false;
    this.#accessToken = null;
    this.#refreshToken = null;
    this.#user = null;
    this.emit('user', null);
    await this.#options.storage.saveSession(null);
  }

  /** Stops the renewal timer; the session itself lives on. */
  stop(): void {
    this.#renewing = false;
    clearTimeout(this.#timer);
  }

  async #renew(): Promise<string> {
    const inCookie = this.#options.tokens === 'cookie';
    const send = () =>
      this.#options.rest.anonymous<Renewed>({
        method: 'POST',
        path: '/sessions/refresh',
        body: inCookie ? {} : { refreshToken: this.#refreshToken },
      });
    try {
      if (!inCookie && this.#refreshToken === null) throw new BrookError('unauthenticated', 'Nobody is signed in');
      const renewed = await (inCookie ? oneTabAtATime(send) : send());
      const userId = subjectOf(renewed.accessToken);
      if (this.#user && userId !== null && userId !== this.#user.id) {
        throw new BrookError('unauthenticated', 'Somebody else has signed in in this browser');
      }
      await this.#accept(renewed, this.#user);
      return renewed.accessToken;
    } catch (error) {
      if (error instanceof BrookError && error.status === 401) await this.forget();
      else if (error instanceof BrookError && error.code === 'unauthenticated') this.#drop();
      throw error;
    }
  }

  async #accept(credentials: Renewed, user: User | null): Promise<void> {
    const lifeMs = credentials.expiresIn * 1000;
    this.#accessToken = credentials.accessToken;
    this.#expiresAt = Date.now() + lifeMs;
    this.#renewAt = this.#expiresAt - Math.min(this.#options.renewBeforeMs, lifeMs / 2);
    this.#refreshToken = credentials.refreshToken ?? null;
    this.#schedule();
    const userId = user?.id ?? subjectOf(credentials.accessToken) ?? '';
    await this.#options.storage.saveSession({ userId, refreshToken: this.#refreshToken, user });
    if (user) this.setUser(user);
    this.emit('token', credentials.accessToken);
  }

  async #remember(user: User): Promise<void> {
    this.setUser(user);
    await this.#options.storage.saveSession({ userId: user.id, refreshToken: this.#refreshToken, user });
  }

  /** Another person owns the cookie now: this client is signed out, their mark in the storage stays. */
  #drop(): void {
    clearTimeout(this.#timer);
    this.#resumable = false;
    this.#accessToken = null;
    this.#user = null;
    this.emit('user', null);
  }

  #schedule(retryMs?: number): void {
    clearTimeout(this.#timer);
    if (!this.#renewing || this.#accessToken === null) return;
    const ms = retryMs ?? Math.max(0, this.#renewAt - Date.now());
    this.#timer = setTimeout(() => {
      this.refresh().catch((error: unknown) => {
        // An ended session was announced already; anything else is a server out of reach, asked again until it answers.
        if (!(error instanceof BrookError && error.code === 'unauthenticated')) this.#schedule(5_000);
      });
    }, ms);
  }
}

/** The user id inside a JWT, read without verifying it: the server verifies, the client only compares. */
export function subjectOf(token: string): string | null {
  const payload = token.split('.')[1];
  if (payload === undefined) return null;
  try {
    const json = atob(payload.replace(/-/g, '+').replace(/_/g, '/'));
    const { sub } = JSON.parse(json) as { sub?: unknown };
    return typeof sub === 'string' ? sub : null;
  } catch {
    return null;
  }
}
