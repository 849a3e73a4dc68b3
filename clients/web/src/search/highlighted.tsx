import { Fragment, type ReactNode } from 'react';

/** A text with the places marked that were looked for; `ranges` are UTF-16 offsets, ascending, not overlapping. */
export function Highlighted({ text, ranges }: { text: string; ranges: readonly (readonly [number, number])[] }): ReactNode {
  const parts: ReactNode[] = [];
  let from = 0;
  for (const [start, end] of ranges) {
    parts.push(text.slice(from, start));
    parts.push(<mark className="rounded-sm bg-warn-soft px-px font-medium text-warn">{text.slice(start, end)}</mark>);
    from = end;
  }
  parts.push(text.slice(from));
  return parts.map((part, index) => <Fragment key={index}>{part}</Fragment>);
}
