import type { Page } from '@brook/common/contracts';

/** A page of a list that is ordered by id, the newest first: from the one before `cursor`. */
export interface PageRequest {
  cursor: string | undefined;
  limit: number;
}

/** Reads one row more than the page shows, so that the last page is known as such. */
export async function readPage<Row extends { id: string }, Item>(
  { cursor, limit }: PageRequest,
  read: (request: PageRequest) => Promise<Row[]>,
  item: (row: Row) => Item,
): Promise<Page<Item>> {
  const rows = await read({ cursor, limit: limit + 1 });
  const shown = rows.slice(0, limit);
  return { items: shown.map(item), nextCursor: rows.length > limit ? (shown.at(-1)?.id ?? null) : null };
}
