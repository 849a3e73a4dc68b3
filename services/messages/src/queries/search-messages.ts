import type { InternalSearch } from '@brook/common/contracts';
import { findTerms, type Range, snippetOf } from '../domain/highlight.js';
import { decodePlace, encodePlace, type Place } from '../domain/place.js';
import { scopedTsquery, type Where } from '../domain/search-scope.js';
import { queryTerms, type Term, toTsquery } from '../domain/search-text.js';
import type { Prisma } from '../repositories/prisma.js';
import {
  bannedRooms,
  type DocumentQuery,
  estimateDocuments,
  type Found,
  indexedDocuments,
  privateRoomsOf,
  readMessagesAt,
  walkDocuments,
} from '../repositories/search.js';

/** A message found; `json` is the message as the protocol shows it. */
export interface FoundMessage {
  json: string;
  snippet: string;
  ranges: Range[];
}

/*
 * What is said often is found by walking down from the newest document: a page of it is never far. What is said seldom is
 * found by the index, whose every place must be read and sorted. So a walk comes first, and the index where the planner
 * expects few places; where it expects many and none is near, the walk goes on for a while, and then leaves the rest to the
 * next page. Measured in docs/decisions/0023.
 */
const NEAR = [2_000, 18_000];
const FAR = [40_000, 60_000, 80_000];
/** Places that the index may be asked for. */
const INDEX_MAX = 30_000;
/** Places of one look into the index beyond the page: pairs of letters may stand in a text without standing together. */
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
    tsquery: scopedTsquery(tsquery, await whereOf(prisma, scope), search.from),
    roomId: 'roomId' in scope ? scope.roomId : undefined,
    from: search.after,
    until: search.before,
    not: 'roomId' in scope ? [] : await bannedRooms(prisma, scope.userId),
    below,
  };
  return collect(prisma, query, terms, search.limit);
}

/** Of a person's own rooms only the private ones have to be named. */
async function whereOf(prisma: Prisma, scope: InternalSearch['scope']): Promise<Where> {
  return 'roomId' in scope ? scope : { privateRooms: await privateRoomsOf(prisma, scope.memberOf) };
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
  for await (const { places, end } of lookInto(prisma, query, limit + SPARE)) {
    const more = await take(prisma, places, terms, page);
    if (more) return { items: page.items, nextCursor: page.last ? encodePlace(page.last) : null };
    below = end;
    if (!end) break;
  }
  return { items: page.items, nextCursor: below ? encodePlace(below) : null };
}

/** What the documents hold of a query, part by part, each going on where the one before it ended. */
async function* lookInto(prisma: Prisma, query: DocumentQuery, limit: number): AsyncGenerator<Found> {
  let part = query;
  const walk = async function* (walks: number[]): AsyncGenerator<Found> {
    for (const steps of walks) {
      const found = await walkDocuments(prisma, part, steps);
      yield found;
      part = { ...part, below: found.end };
    }
  };
  yield* walk(NEAR);
  if ((await estimateDocuments(prisma, query.tsquery)) > INDEX_MAX) return yield* walk(FAR);
  for (let look = 0; look < LOOKS; look++) {
    const found = await indexedDocuments(prisma, part, limit);
    yield found;
    part = { ...part, below: found.end };
  }
}

/** Adds the messages that really hold the terms. @returns whether there was one more than the page holds */
async function take(prisma: Prisma, places: Place[], terms: Term[], page: Page): Promise<boolean> {
  const chunk = page.limit + SPARE;
  for (let from = 0; from < places.length; from += chunk) {
    for (const { place, text, json } of await readMessagesAt(prisma, places.slice(from, from + chunk))) {
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
