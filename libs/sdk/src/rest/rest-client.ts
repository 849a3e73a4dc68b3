import { isErrorCode } from '@brook/common/contracts';
import type { Problem } from '@brook/common/contracts';
import { fullJitter, pause } from '../backoff.js';
import { BrookError, toBrookError } from '../errors.js';
import { newId } from '../ids.js';

export interface RestOptions {
  /** Origin of the gateway, without a trailing slash. */
  url: string;
  timeoutMs: number;
  tokens: 'body' | 'cookie';
}

/** Gives the access token of a request, and a fresh one after a refusal. */
export interface Authorizer {
  token(): Promise<string>;
  refresh(): Promise<unknown>;
}

export interface RestRequest {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** Below /api/v1, starting with a slash; every variable part already encoded. */
  path: string;
  query?: Record<string, string | number | undefined>;
  body?: unknown;
}

const BACKOFF = { baseMs: 200, capMs: 3_000 };
const ATTEMPTS = 3;

/**
 * Calls the REST API. Refusals become BrookErrors with the code of their problem+json. Reads, and writes made safe by
 * an Idempotency-Key, are tried up to three times when the server is not reachable or overloaded.
 */
export class RestClient {
  readonly #options: RestOptions;
  #authorizer: Authorizer | null = null;

  constructor(options: RestOptions) {
    this.#options = options;
  }

  /** Says where access tokens come from; once, before the first `call`. */
  authorizeWith(authorizer: Authorizer): void {
    this.#authorizer = authorizer;
  }

  /** A request as the person who is signed in. After a 401 the token is renewed once, for it may only have expired. */
  async call<T>(request: RestRequest): Promise<T> {
    const authorizer = this.#authorizer;
    if (!authorizer) throw new BrookError('unauthenticated', 'Nobody is signed in');
    const key = request.method === 'GET' ? undefined : newId();
    return this.#persist(async () => {
      try {
        return await this.#once<T>(request, { token: await authorizer.token(), key });
      } catch (error) {
        if (!(error instanceof BrookError) || error.status !== 401) throw error;
        await authorizer.refresh();
        return this.#once<T>(request, { token: await authorizer.token(), key });
      }
    });
  }

  /** A request that needs no session; tried once, for it may not be repeatable. */
  anonymous<T>(request: RestRequest): Promise<T> {
    return this.#once<T>(request, {});
  }

  async #persist<T>(attempt: () => Promise<T>): Promise<T> {
    for (let n = 0; ; n++) {
      try {
        return await attempt();
      } catch (error) {
        const known = toBrookError(error);
        const again = known.retryable && known.code !== 'rate_limited' && known.code !== 'retry_order' && n + 1 < ATTEMPTS;
        if (!again) throw known;
        await pause(Math.min(known.retryAfterMs ?? 0, BACKOFF.capMs) + fullJitter(n, BACKOFF));
      }
    }
  }

  async #once<T>(request: RestRequest, auth: { token?: string; key?: string | undefined }): Promise<T> {
    const response = await this.#fetch(request, auth);
    if (response.ok) return (response.status === 204 ? undefined : await readJson(response)) as T;
    throw await refusal(response);
  }

  async #fetch(request: RestRequest, auth: { token?: string; key?: string | undefined }): Promise<Response> {
    const url = new URL(`${this.#options.url}/api/v1${request.path}`);
    for (const [name, value] of Object.entries(request.query ?? {})) {
      if (value !== undefined && value !== '') url.searchParams.set(name, String(value));
    }
    const headers = new Headers({ accept: 'application/json, application/problem+json' });
    if (auth.token !== undefined) headers.set('authorization', `Bearer ${auth.token}`);
    if (auth.key !== undefined) headers.set('idempotency-key', auth.key);
    if (request.body !== undefined) headers.set('content-type', 'application/json');
    const init: RequestInit = {
      method: request.method,
      headers,
      credentials: this.#options.tokens === 'cookie' ? 'same-origin' : 'omit',
      signal: AbortSignal.timeout(this.#options.timeoutMs),
      ...(request.body === undefined ? {} : { body: JSON.stringify(request.body) }),
    };
    try {
      return await fetch(url, init);
    } catch (cause) {
      const late = cause instanceof Error && cause.name === 'TimeoutError';
      throw new BrookError(late ? 'timeout' : 'disconnected', late ? 'The answer took too long' : 'The server was not reached', {
        cause,
      });
    }
  }
}

async function readJson(response: Response): Promise<unknown> {
  try {
    return await response.json();
  } catch (cause) {
    throw new BrookError('disconnected', 'The answer broke off', { status: response.status, cause });
  }
}

/** What a refusal says. One that is not a problem of Brook's (a proxy's page, say) gets its code from the status. */
async function refusal(response: Response): Promise<BrookError> {
  const { status } = response;
  const text = await response.text().catch(() => '');
  const problem = parseProblem(text);
  if (problem) {
    const { requestId, retryAfterMs, issues } = problem;
    return new BrookError(problem.code, problem.detail, { status, requestId, retryAfterMs, issues });
  }
  const code = status === 429 ? 'rate_limited' : status === 502 || status === 503 || status === 504 ? 'unavailable' : 'internal';
  return new BrookError(code, `The server answered ${status}`, { status });
}

function parseProblem(text: string): Problem | null {
  try {
    const body = JSON.parse(text) as Partial<Problem> | null;
    return isErrorCode(body?.code) ? ({ detail: '', ...body } as Problem) : null;
  } catch {
    return null;
  }
}
