import type { Virtualizer } from '@tanstack/react-virtual';
import { type KeyboardEvent, type RefObject, useCallback } from 'react';
import { useActions } from './actions';
import type { TimelineItem } from './timeline';

/**
 * Moves through the messages with the arrow keys, and acts on the one that has the focus: `r` replies, `e` edits, `+` reacts,
 * Delete deletes, Escape goes back to the composer.
 */
export function useRowKeys(
  scroller: RefObject<HTMLDivElement | null>,
  items: readonly TimelineItem[],
  virtualizer: Virtualizer<HTMLDivElement, HTMLElement>,
): (event: KeyboardEvent) => void {
  const actions = useActions();
  return useCallback(
    (event) => {
      const target = event.target as HTMLElement;
      const onRow = target.tagName === 'ARTICLE';
      if ((!onRow && target !== scroller.current) || event.metaKey || event.ctrlKey || event.altKey) return;
      const present = Number(target.closest('[data-index]')?.getAttribute('data-index') ?? Number.NaN);
      const focus = (index: number) => {
        virtualizer.scrollToIndex(index, { align: 'auto' });
        requestAnimationFrame(() => scroller.current?.querySelector<HTMLElement>(`[data-index="${index}"] article`)?.focus());
      };
      if (event.key === 'ArrowUp' || event.key === 'ArrowDown') {
        const step = event.key === 'ArrowUp' ? -1 : 1;
        let index = Number.isNaN(present) ? (step < 0 ? items.length - 1 : (virtualizer.range?.startIndex ?? 0)) : present + step;
        while (items[index] && items[index]?.kind !== 'message') index += step;
        event.preventDefault();
        if (items[index]) focus(index);
        return;
      }
      const item = items[present];
      if (event.key === 'Escape' && onRow) document.querySelector<HTMLElement>('main textarea')?.focus();
      if (item?.kind !== 'message' || item.message.deletedAt || !onRow) return;
      const { message } = item;
      const own = message.sender.id === actions.me;
      const act = (allowed: boolean, work: () => void) => {
        event.preventDefault();
        if (allowed) work();
      };
      if (event.key === 'r') act(actions.canWrite, () => actions.reply(message));
      else if (event.key === 'e') act(own && actions.canWrite, () => actions.edit(message));
      else if (event.key === 'Delete') act(own || actions.canModerate, () => actions.remove(message));
      else if (event.key === '+') act(actions.canWrite, () => target.querySelector<HTMLElement>('[data-react]')?.click());
    },
    [scroller, items, virtualizer, actions],
  );
}
