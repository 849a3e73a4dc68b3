import { useVirtualizer, type ReactVirtualizer } from '@tanstack/react-virtual';
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';
import type { TimelineItem } from './timeline';

/** Within this many pixels of the end one counts as being there. */
const NEAR_END = 48;
/** Space above the first row, where it says that older ones are being loaded. */
export const HEAD = 48;

interface Source {
  scroller: RefObject<HTMLDivElement | null>;
  items: readonly TimelineItem[];
  /** Changes when the list shows another place; it then goes there. `seq` null: the end. */
  place: { seq: number | null; align: 'start' | 'center' } | null;
  /** Raised when the person sends something; the list then goes to its end. */
  sends: number;
  /** What is shown is the room's end: it follows what is added. */
  live: boolean;
  /** Told of the seq of the lowest message in sight when it is another one; always the same function. */
  onSeen: (seq: number) => void;
}

export interface ConversationScroll {
  virtualizer: ReactVirtualizer<HTMLDivElement, HTMLElement>;
  atEnd: boolean;
  toEnd: () => void;
}

/** The row at the upper edge of the view, how far it is behind that edge, and the list's first row at that time. */
interface Held {
  first: string;
  key: string;
  /** In pixels. */
  offset: number;
}

const seqOf = (item: TimelineItem | undefined): number => (item?.kind === 'message' ? item.message.seq : 0);

/**
 * Draws only the rows in sight and keeps the list where the reader wants it: at the end it stays at the end, whatever is
 * added or however the window changes; further up, what one reads does not move when older messages are put above it.
 */
export function useConversationScroll({ scroller, items, place, sends, live, onSeen }: Source): ConversationScroll {
  const [atEnd, setAtEnd] = useState(true);
  const seenSeq = useRef(0);
  const sticky = useRef(true);
  /** The list is on its way to the end, which takes several frames: rows are measured and pages come meanwhile. */
  const ending = useRef(false);
  const rows = useRef(items);
  rows.current = items;
  const held = useRef<Held | null>(null);
  const isLive = useRef(live);
  isLive.current = live;
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLElement>({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimate(rows.current[index]),
    getItemKey: (index) => rows.current[index]?.key ?? index,
    overscan: 10,
    paddingStart: HEAD,
    paddingEnd: 12,
    anchorTo: 'end',
    // Not where a page of the past has just reached the room's end: one goes on reading where one was.
    followOnAppend: live && sticky.current,
    scrollEndThreshold: NEAR_END,
    useFlushSync: false,
  });

  const toEnd = useCallback(() => {
    sticky.current = true;
    ending.current = true;
    held.current = null;
    virtualizer.scrollToEnd();
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  }, [scroller, virtualizer]);

  const look = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    // While rows are put above, the element may be shorter than its rows for a moment, and be scrolled to its end by that:
    // this is not where the reader has gone.
    const height = Math.max(element.scrollHeight, virtualizer.getTotalSize());
    const near = height - element.scrollTop - element.clientHeight < NEAR_END;
    if (near) ending.current = false;
    sticky.current = (near || ending.current) && isLive.current;
    const first = rows.current[0]?.key;
    const top = virtualizer.getVirtualItemForOffset(element.scrollTop);
    // Not while a page has come and is not yet drawn.
    if (top && first !== undefined && (held.current === null || held.current.first === first))
      held.current = { first, key: String(top.key), offset: element.scrollTop - top.start };
    setAtEnd(near);
    const last = near ? rows.current.length - 1 : (virtualizer.range?.endIndex ?? -1);
    for (let index = last; index >= 0; index--) {
      const seq = seqOf(rows.current[index]);
      if (seq === 0) continue;
      if (seq !== seenSeq.current) onSeen(seq);
      seenSeq.current = seq;
      return;
    }
  }, [scroller, virtualizer, onSeen]);

  // The virtualizer holds the place too, but what it writes while the list is not yet as high as its rows is cut short.
  useLayoutEffect(() => {
    const element = scroller.current;
    const was = held.current;
    const first = items[0]?.key;
    if (!element || !was || first === undefined || was.first === first) return;
    // Another part of the room, which has a place of its own.
    const index = sticky.current || !isLive.current ? -1 : items.findIndex(({ key }) => key === was.key);
    const start = virtualizer.measurementsCache[index]?.start;
    if (start === undefined) {
      held.current = null;
      return;
    }
    if (element.scrollHeight < virtualizer.getTotalSize() - 1) return;
    if (Math.abs(element.scrollTop - start - was.offset) > 1) element.scrollTop = start + was.offset;
    held.current = { ...was, first };
  });

  useLayoutEffect(() => {
    if (!place) return;
    const index = place.seq === null ? -1 : rows.current.findIndex((item) => seqOf(item) === place.seq);
    if (index < 0) return toEnd();
    sticky.current = false;
    ending.current = false;
    held.current = null;
    virtualizer.scrollToIndex(index, { align: place.align });
  }, [place, toEnd, virtualizer]);

  useLayoutEffect(() => {
    if (sends > 0) toEnd();
  }, [sends, toEnd]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const resized = new ResizeObserver(() => {
      if (sticky.current) virtualizer.scrollToEnd();
      look();
    });
    resized.observe(element);
    if (element.firstElementChild) resized.observe(element.firstElementChild);
    // Who scrolls has the say: a jump that is still under way ends.
    const cancel = () => {
      ending.current = false;
      virtualizer.cancelScroll();
    };
    element.addEventListener('scroll', look, { passive: true });
    element.addEventListener('wheel', cancel, { passive: true });
    element.addEventListener('touchmove', cancel, { passive: true });
    return () => {
      element.removeEventListener('wheel', cancel);
      element.removeEventListener('touchmove', cancel);
      resized.disconnect();
      element.removeEventListener('scroll', look);
    };
  }, [scroller, virtualizer, look]);

  useEffect(look, [look, items]);
  return { virtualizer, atEnd: atEnd && live, toEnd };
}

/** A first guess of a row's height, in pixels; measured once it is drawn. */
function estimate(item: TimelineItem | undefined): number {
  if (!item) return 40;
  const above = (item.day ? 44 : 0) + (item.unread ? 36 : 0);
  if (item.kind === 'beginning') return above + 72;
  if (item.kind === 'note') return above + 36;
  const text = item.kind === 'message' ? item.message.text : item.entry.text;
  const lines = Math.min(40, Math.ceil(text.length / 80) + (text.split('\n').length - 1));
  return above + Math.round(lines * 22.5 + (item.compact ? 4 : 36));
}
