import { INTERNAL_KEY_HEADER, REQUEST_ID_HEADER } from '../contracts/index.js';
import { AppError, fromRefusal } from '../errors/index.js';

export interface InternalRequest {
  method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  query?: Record<string, string | number | undefined>;
  body?: unknown;
  /** Milliseconds, 5,000 unless told. */
  timeoutMs?: number;
  /** Request id, carried through to the owner's log. */
  trace?: string | undefined;
}

/**
 * Calls another service's internal HTTP. Answers with its JSON body.
 * @throws AppError with the owner's code, `timeout` past the deadline, `unavailable` when it cannot be reached
 */
export class InternalClient {
  readonly #base: string;
  readonly #key: string;

  constructor(baseUrl: string, internalKey: string) {
    this.#base = baseUrl.replace(/\/$/, '');
    this.#key = internalKey;
  }

  async request<T>(path: string, { method = 'GET', query, body, timeoutMs = 5_000, trace }: InternalRequest = {}): Promise<T> {
    const response = await this.#fetch(this.#url(path, query), {
      method,
      headers: {
        [INTERNAL_KEY_HEADER]: this.#key,
        ...(trace === undefined ? {} : { [REQUEST_ID_HEADER]: trace }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    if (response.status === 204) return undefined as T;
    const answer: unknown = await response.json().catch((cause: unknown) => {
      throw new AppError('unavailable', 'an internal answer could not be read', { cause });
    });
    if (!response.ok) throw fromRefusal(answer);
    return answer as T;
  }

  #url(path: string, query: InternalRequest['query']): string {
    const params = new URLSearchParams();
    for (const [name, value] of Object.entries(query ?? {})) if (value !== undefined) params.set(name, String(value));
    return `${this.#base}/internal${path}${params.size > 0 ? `?${params.toString()}` : ''}`;
  }

  async #fetch(url: string, init: RequestInit): Promise<Response> {
    try {
      return await fetch(url, init);
    } catch (cause) {
      if (cause instanceof Error && cause.name === 'TimeoutError') throw new AppError('timeout', undefined, { cause });
      throw new AppError('unavailable', undefined, { cause, retryAfterMs: 1_000 });
    }
  }
}
