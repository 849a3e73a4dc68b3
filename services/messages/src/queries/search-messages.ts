import type { InternalSearch } from '@brook/common/contracts';
import { findTerms, type Range, snippetOf } from '../domain/highlight.js';
import { decodePlace, encodePlace, type Place } from '../domain/place.js';
import { scopedTsquery } from '../domain/search-scope.js';
import { queryTerms, type Term, toTsquery } from '../domain/search-text.js';
import type { Prisma } from '../repositories/prisma.js';
import {
  bannedRooms,
  type DocumentQuery,
  type Found,
  indexedDocuments,
  readMessagesAt,
  walkDocuments,
} from '../repositories/search.js';

/** A message found; `json` is the message as the protocol shows it. */
export interface FoundMessage {
  json: string;
  snippet: string;
  ranges: Range[];
}

/**
 * Documents walked before the index is asked. What stands in one of 400 of them is frequent enough to fill a page by walking;
 * anything rarer has few places in the index, which it must all sort. Measured in docs/decisions/0023.
 */
const WALKS = [2_000, 18_000];
/** Of one look into the index: pairs of letters may stand in a text without standing together. */
const SPARE = 20;
/** Looks into the index for one page; further ones are the next page's. */
const LOOKS = 5;

/**
 * A page of messages that hold every term, the newest first.
 * @throws AppError `validation_failed` for a bad cursor
 */
export async function searchMessages(
  prisma: Prisma,
  search: InternalSearch,
): Promise<{ items: FoundMessage[]; nextCursor: string | null }> {
  const terms = queryTerms(search.q);
  const tsquery = toTsquery(terms);
  const below = search.cursor === undefined ? undefined : decodePlace(search.cursor);
  if (tsquery === null) return { items: [], nextCursor: null };
  const { scope } = search;
  const query: DocumentQuery = {
    tsquery: scopedTsquery(tsquery, search),
    roomId: 'roomId' in scope ? scope.roomId : undefined,
    from: search.after,
    until: search.before,
    not: 'roomId' in scope ? [] : await bannedRooms(prisma, scope.userId),
    below,
  };
  return collect(prisma, query, terms, search.limit);
}

/** A page that fills; `last` is the place of its last message. */
interface Page {
  items: FoundMessage[];
  limit: number;
  last: Place | undefined;
}

async function collect(prisma: Prisma, query: DocumentQuery, terms: Term[], limit: number) {
  const page: Page = { items: [], limit, last: undefined };
  let below = query.below;
  for (let look = 0; look < WALKS.length + LOOKS; look++) {
    const steps = WALKS[look];
    const part = { ...query, below };
    const { places, end }: Found =
      steps === undefined ? await indexedDocuments(prisma, part, limit + SPARE) : await walkDocuments(prisma, part, steps);
    const more = await take(prisma, places, terms, page);
    if (more) return { items: page.items, nextCursor: page.last ? encodePlace(page.last) : null };
    below = end;
    if (!end) break;
  }
  return { items: page.items, nextCursor: below ? encodePlace(below) : null };
}

/** Adds the messages that really hold the terms. @returns whether there was one more than the page holds */
async function take(prisma: Prisma, places: Place[], terms: Term[], page: Page): Promise<boolean> {
  for (let from = 0; from < places.length; from += page.limit) {
    for (const { place, text, json } of await readMessagesAt(prisma, places.slice(from, from + page.limit))) {
      // The message may have changed since its document was made, or hold the pairs but not the part.
      const ranges = findTerms(text, terms);
      if (!ranges) continue;
      if (page.items.length === page.limit) return true;
      page.items.push({ json, ...snippetOf(text, ranges) });
      page.last = place;
    }
  }
  return false;
}
