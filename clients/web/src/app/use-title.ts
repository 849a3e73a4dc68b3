import { useEffect } from 'react';

/** Names the page in the browser's tab; `count` unread messages are put before the name. */
export function useTitle(title: string | undefined, count = 0): void {
  useEffect(() => {
    const name = title ? `${title} · Brook` : 'Brook';
    document.title = count > 0 ? `(${count}) ${name}` : name;
  }, [title, count]);
}
