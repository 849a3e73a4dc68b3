import type { MentionItem, Page, SearchHit } from '@brook/common/contracts';
import type { RestClient } from './rest-client.js';
import type { PageOptions } from './rooms-api.js';
import { toTime } from './time.js';

export interface SearchOptions extends PageOptions {
  /** Words, each standing for words that begin with it; Korean, Japanese and Chinese are found anywhere. 1 to 200 characters. */
  q: string;
  /** Only in this room; otherwise in all that one may read. */
  roomId?: string | undefined;
  /** Only what this person wrote; a user id. */
  from?: string | undefined;
  /** From this time on, and until before this one; a string is RFC 3339, or a date (its midnight, UTC). */
  after?: Date | string | undefined;
  before?: Date | string | undefined;
}

export interface SearchResults {
  /** The newest first. */
  results: SearchHit[];
  /** The `cursor` of the next page; null on the last. */
  next: string | null;
}

/** The REST calls that look for messages in many rooms. Every one rejects with a BrookError. */
export class SearchApi {
  readonly #rest: RestClient;

  constructor(rest: RestClient) {
    this.#rest = rest;
  }

  async search({ after, before, ...options }: SearchOptions): Promise<SearchResults> {
    const query = { ...options, after: toTime(after), before: toTime(before) };
    const { items, nextCursor } = await this.#rest.call<Page<SearchHit>>({ method: 'GET', path: '/search/messages', query });
    return { results: items, next: nextCursor };
  }

  mentions(options: PageOptions & { roomId?: string | undefined } = {}): Promise<Page<MentionItem>> {
    return this.#rest.call({ method: 'GET', path: '/me/mentions', query: { ...options } });
  }
}
