import type { Page } from '@brook/common/contracts';
import { useInfiniteQuery } from '@tanstack/react-query';
import { type ReactNode, useDeferredValue } from 'react';
import { useBrook } from '../app/brook-context';
import { useErrorText } from '../app/errors';
import { Button } from '../ui/button';
import { Notice } from '../ui/notice';
import { SkeletonRows } from '../ui/skeleton';
import { useTexts } from './texts';

/** Pages of one of the console's lists, searched by what was typed. */
export function useList<T>(name: string, search = '') {
  const brook = useBrook();
  const query = useDeferredValue(search.trim());
  return useInfiniteQuery({
    queryKey: ['admin', name, query],
    queryFn: ({ pageParam }) =>
      brook.call<Page<T>>({
        method: 'GET',
        path: `/admin/${name}`,
        query: { query: query || undefined, cursor: pageParam, limit: 50 },
      }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ nextCursor }) => nextCursor ?? undefined,
  });
}

interface TableProps<T> {
  list: ReturnType<typeof useList<T>>;
  label: string;
  columns: readonly string[];
  rowKey: (item: T) => string;
  /** One cell a column. */
  row: (item: T) => readonly ReactNode[];
}

/**
 * A list as a table, with a button for the next page. Where it would be too narrow, a row is a block under its first cell.
 * The roles are written out because a browser may forget those of a table that is laid out as something else.
 */
export function Table<T>({ list, label, columns, rowKey, row }: TableProps<T>) {
  const texts = useTexts();
  const errorText = useErrorText();
  if (list.error) return <Notice look="danger">{errorText(list.error)}</Notice>;
  if (!list.data) return <SkeletonRows rows={6} label={label} />;
  const items = list.data.pages.flatMap((page) => page.items);
  return (
    <>
      <section
        aria-label={label}
        tabIndex={0}
        className="scroll-calm relative overflow-x-auto rounded-2xl border border-line bg-surface"
      >
        <table role="table" className="w-full text-left text-sm max-lg:block">
          <thead role="rowgroup" className="border-line border-b text-xs text-ink-faint max-lg:sr-only">
            <tr role="row">
              {columns.map((column) => (
                <th key={column} role="columnheader" scope="col" className="px-4 py-2.5 font-medium whitespace-nowrap">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody role="rowgroup" className="divide-y divide-line max-lg:block">
            {items.map((item) => (
              <Row key={rowKey(item)} columns={columns} cells={row(item)} />
            ))}
          </tbody>
        </table>
      </section>
      {list.hasNextPage && (
        <Button look="quiet" busy={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()} className="self-center">
          {texts.more}
        </Button>
      )}
    </>
  );
}

/** In a block each value has its column's name beside it, which those who hear the table are told by its header. */
function Row({ columns, cells }: { columns: readonly string[]; cells: readonly ReactNode[] }) {
  return (
    <tr role="row" className="max-lg:grid max-lg:grid-cols-1 max-lg:gap-x-10 max-lg:p-4 sm:max-lg:grid-cols-2">
      {cells.map((cell, at) => (
        <td
          key={columns[at]}
          role="cell"
          className="align-middle wrap-anywhere max-lg:flex max-lg:items-center max-lg:justify-between max-lg:gap-4 max-lg:py-1 max-lg:first:col-span-full max-lg:first:pb-2 max-lg:has-[>div:empty]:sr-only lg:px-4 lg:py-2.5"
        >
          {at > 0 && (
            <span aria-hidden="true" className="shrink-0 text-ink-faint lg:hidden">
              {columns[at]}
            </span>
          )}
          <div className={`min-w-0 ${at > 0 ? 'max-lg:text-right' : ''}`}>{cell}</div>
        </td>
      ))}
    </tr>
  );
}

/** What is typed to find something. */
export function Search({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const texts = useTexts();
  return (
    <input
      type="search"
      aria-label={texts.search}
      placeholder={texts.search}
      value={value}
      maxLength={100}
      onChange={(event) => onChange(event.target.value)}
      className="h-9 w-56 rounded-lg border border-line-strong bg-surface px-3 text-sm placeholder:text-ink-faint"
    />
  );
}
