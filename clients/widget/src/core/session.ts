import { newId, oneTabAtATime } from '@brook/sdk/core';
import { storageKey } from '../seam';

/** A refusal or a failure. `status` 0: the server was not reached. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  /** Milliseconds after which a retry makes sense. */
  readonly retryAfterMs: number;

  constructor(status: number, code: string, retryAfterMs = 0) {
    super(code);
    this.status = status;
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }

  /** Whether the same request may succeed later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 429 || this.status >= 500;
  }
}

/** The visitor's session as it is kept in the page's storage: a third-party cookie would not come back. */
interface Kept {
  userId: string;
  refreshToken: string;
  accessToken: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
  /** Of who signed in; absent for a guest. */
  name?: string | undefined;
}

interface Credentials {
  user?: { id: string; kind: string; displayName: string };
  accessToken: string;
  refreshToken: string;
  expiresIn: number;
}

const TIMEOUT_MS = 15_000;
/** An access token is renewed this long before its end. */
const MARGIN_MS = 60_000;

/** Calls the server for one visitor, who becomes a guest with the first call that needs somebody. */
export class Session {
  readonly #base: string;
  readonly #key: string;
  #kept: Kept | null;
  #beginning: Promise<Kept> | undefined;

  constructor(base: string) {
    this.#base = base;
    this.#key = storageKey(base);
    this.#kept = this.#read();
  }

  /** Id of the visitor; null before there is one. */
  get userId(): string | null {
    return this.#kept?.userId ?? null;
  }

  /** Name of who signed in; null for a guest and before there is one. */
  get name(): string | null {
    return this.#kept?.name ?? null;
  }

  /** A request without a session. @throws Refusal */
  anonymous<T>(method: string, path: string, body?: object): Promise<T> {
    return this.#send<T>(method, path, body);
  }

  /** A request as the visitor. @throws Refusal */
  async call<T>(method: string, path: string, body?: object): Promise<T> {
    const token = await this.token();
    try {
      return await this.#send<T>(method, path, body, token);
    } catch (err) {
      if (!(err instanceof Refusal && err.status === 401)) throw err;
      return this.#send<T>(method, path, body, await this.renew(token));
    }
  }

  /** Becomes a guest, unless the visitor is one already. @throws Refusal */
  async begin(displayName: string): Promise<void> {
    const name = displayName.trim().slice(0, 64);
    this.#beginning ??= oneTabAtATime(async () => {
      // Where the page may keep nothing, this tab's own is all there is.
      const kept = this.#read() ?? this.#kept;
      if (kept) return this.#keep(kept);
      const body = { tokens: 'body', ...(name ? { displayName: name } : {}) };
      return this.#accept(await this.#send<Credentials>('POST', '/sessions/guest', body));
    }).finally(() => {
      this.#beginning = undefined;
    });
    await this.#beginning;
  }

  /** Trades the proof of a sign-in for a session, which takes the place of the guest's. @throws Refusal */
  async signIn(proof: string): Promise<void> {
    const before = this.userId;
    const old = await this.token().catch((err: unknown) => {
      if (this.#kept) throw err;
      return undefined;
    });
    await oneTabAtATime(async () => this.#accept(await this.#send<Credentials>('POST', '/sessions/github', { proof }, old)));
    // A guest who became this person keeps the session, which other tabs may use still.
    if (old !== undefined && this.userId !== before) this.#end(old);
  }

  /** Takes what another tab stored under `key`. @returns whether that concerns this server */
  reread(key: string | null): boolean {
    if (key !== this.#key && key !== null) return false;
    this.#kept = this.#read();
    return true;
  }

  /** An access token that lives for a while yet. @throws Refusal, 401 when the session is over */
  async token(): Promise<string> {
    const kept = this.#kept;
    if (!kept) throw new Refusal(401, 'unauthenticated');
    return kept.expiresAt - MARGIN_MS > Date.now() ? kept.accessToken : this.renew(kept.accessToken);
  }

  /** A token other than `old`, by one tab at a time: a refresh token works once. @throws Refusal, 401 when the session is over */
  renew(old: string): Promise<string> {
    return oneTabAtATime(async () => {
      const stored = this.#read();
      // Another person's is not taken here: whoever shows the conversation has to know.
      const kept = stored?.userId === this.#kept?.userId ? stored : this.#kept;
      if (!kept) throw new Refusal(401, 'unauthenticated');
      if (kept.accessToken !== old && kept.expiresAt > Date.now()) return this.#keep(kept).accessToken;
      try {
        const body = { refreshToken: kept.refreshToken };
        return this.#accept(await this.#send<Credentials>('POST', '/sessions/refresh', body), kept).accessToken;
      } catch (err) {
        if (err instanceof Refusal && err.status === 401) this.forget();
        throw err;
      }
    });
  }

  /** Forgets the visitor here, unless another tab knows somebody else by now; `onServer` also ends the session there. */
  forget({ onServer = false } = {}): void {
    const gone = this.#kept;
    const stored = this.#read();
    this.#kept = stored && stored.userId !== gone?.userId ? stored : null;
    if (onServer && gone) this.#end(gone.accessToken);
    if (this.#kept) return;
    try {
      localStorage.removeItem(this.#key);
    } catch {
      // A page that may keep nothing has nothing to forget.
    }
  }

  /** Best effort: an unused session ends by itself. */
  #end(token: string): void {
    this.#send('DELETE', '/sessions/current', undefined, token).catch(() => undefined);
  }

  #accept({ user, accessToken, refreshToken, expiresIn }: Credentials, before?: Kept): Kept {
    const name = user?.kind === 'member' ? user.displayName : before?.name;
    const userId = user?.id ?? before?.userId ?? '';
    return this.#keep({ userId, accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1_000, name });
  }

  #keep(kept: Kept): Kept {
    this.#kept = kept;
    try {
      localStorage.setItem(this.#key, JSON.stringify(kept));
    } catch {
      // Then the session lasts as long as the page.
    }
    return kept;
  }

  #read(): Kept | null {
    try {
      return JSON.parse(localStorage.getItem(this.#key) ?? 'null') as Kept | null;
    } catch {
      return null;
    }
  }

  async #send<T>(method: string, path: string, body?: object, token?: string): Promise<T> {
    const headers: Record<string, string> = {};
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    if (body) headers['content-type'] = 'application/json';
    if (method !== 'GET') headers['idempotency-key'] = newId();
    let response: Response;
    try {
      response = await fetch(`${this.#base}/api/v1${path}`, {
        method,
        headers,
        credentials: 'omit',
        signal: AbortSignal.timeout(TIMEOUT_MS),
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
    } catch {
      throw new Refusal(0, 'disconnected');
    }
    const answer =
      response.status === 204 ? {} : ((await response.json().catch(() => ({}))) as { code?: string; retryAfterMs?: number });
    if (!response.ok) throw new Refusal(response.status, answer.code ?? 'unavailable', answer.retryAfterMs);
    return answer as T;
  }
}
