import { uuid } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { z } from 'zod';

/** A place in a list that is ordered by a time and an id. */
export interface Cursor {
  at: Date;
  id: string;
}

const shape = z.tuple([z.number().int().min(0).max(8.64e15), uuid]);

/** The opaque form that clients hand back. */
export const encodeCursor = ({ at, id }: Cursor): string => Buffer.from(JSON.stringify([at.getTime(), id])).toString('base64url');

/** @throws AppError `validation_failed` for what is no cursor of ours */
export function decodeCursor(text: string): Cursor {
  const parsed = shape.safeParse(fromJson(Buffer.from(text, 'base64url').toString()));
  if (!parsed.success) throw new AppError('validation_failed', 'cursor: is not valid', { cause: parsed.error });
  const [at, id] = parsed.data;
  return { at: new Date(at), id };
}

function fromJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new AppError('validation_failed', 'cursor: is not valid', { cause });
  }
}

/** Cuts a page out of up to `limit + 1` rows; `place` tells where a row stands in the order. */
export function toPage<Row, Item>(
  rows: Row[],
  limit: number,
  item: (row: Row) => Item,
  place: (row: Row) => Cursor,
): { items: Item[]; nextCursor: string | null } {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return { items: shown.map(item), nextCursor: rows.length > limit && last ? encodeCursor(place(last)) : null };
}
