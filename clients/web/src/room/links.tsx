import { Fragment, type ReactNode } from 'react';

const LINK = /https?:\/\/[^\s<>"]+/g;
/** Signs that end a sentence rather than an address. */
const TRAILING = /[.,;:!?'")\]}。、，！？]+$/;

/** The text as text nodes, with addresses as links. Nothing is ever read as HTML. */
export function withLinks(text: string): ReactNode {
  const parts: ReactNode[] = [];
  let from = 0;
  for (const match of text.matchAll(LINK)) {
    const address = match[0].replace(TRAILING, '');
    parts.push(text.slice(from, match.index));
    parts.push(
      <a
        href={address}
        target="_blank"
        rel="noopener noreferrer nofollow"
        className="rounded-sm text-accent-ink underline decoration-accent/40 underline-offset-2 hover:decoration-accent"
      >
        {address}
      </a>,
    );
    from = match.index + address.length;
  }
  parts.push(text.slice(from));
  return parts.map((part, index) => <Fragment key={index}>{part}</Fragment>);
}
