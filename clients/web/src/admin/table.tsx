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

/** A list as a table, with a button for the next page. */
export function Table<T>({ list, label, columns, rowKey, row }: TableProps<T>) {
  const texts = useTexts();
  const errorText = useErrorText();
  if (list.error) return <Notice look="danger">{errorText(list.error)}</Notice>;
  if (!list.data) return <SkeletonRows rows={6} label={label} />;
  const items = list.data.pages.flatMap((page) => page.items);
  return (
    <>
      <section aria-label={label} tabIndex={0} className="scroll-calm overflow-x-auto rounded-2xl border border-line bg-surface">
        <table className="w-full min-w-[46rem] text-left text-sm">
          <thead className="border-line border-b text-xs text-ink-faint">
            <tr>
              {columns.map((column) => (
                <th key={column} scope="col" className="px-4 py-2.5 font-medium whitespace-nowrap">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody className="divide-y divide-line">
            {items.map((item) => (
              <tr key={rowKey(item)}>
                {row(item).map((cell, at) => (
                  <td key={columns[at]} className="px-4 py-2.5 align-middle">
                    {cell}
                  </td>
                ))}
              </tr>
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
