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
  place: { seq: number | null; align: 'start' | 'center'; opening?: boolean } | null;
  /** Raised when the person sends something; the list then goes to its end. */
  sends: number;
  /** What is shown is the room's end: it follows what is added. */
  live: boolean;
  /**
   * Told of the seq of the lowest message in sight, and whether the list has been put at the room's end, when either is another.
   * Always the same function.
   */
  onSeen: (seq: number, atEnd: boolean) => void;
}

export interface ConversationScroll {
  virtualizer: ReactVirtualizer<HTMLDivElement, HTMLElement>;
  atEnd: boolean;
  toEnd: () => void;
}

const seqOf = (item: TimelineItem | undefined): number => (item?.kind === 'message' ? item.message.seq : 0);

/**
 * Draws only the rows in sight and keeps the list where the reader wants it: at the end it stays at the end, whatever is
 * added or however the window changes; further up, what one reads does not move when older messages are put above it.
 */
export function useConversationScroll({ scroller, items, place, sends, live, onSeen }: Source): ConversationScroll {
  const [atEnd, setAtEnd] = useState(true);
  const seen = useRef({ seq: 0, end: false });
  const sticky = useRef(true);
  /** The list is on its way to the end, which takes several frames: rows are measured and pages come meanwhile. */
  const ending = useRef(false);
  const rows = useRef(items);
  rows.current = items;
  const isLive = useRef(live);
  isLive.current = live;
  const placed = useRef(false);
  /** How the list stood when it was last looked at, in pixels. */
  const last = useRef({ top: 0, height: 0 });
  // Another function with each list: from the old one the virtualizer learns which row stood where before others were put above it.
  const keyAt = useCallback((index: number) => items[index]?.key ?? index, [items]);
  const virtualizer = useVirtualizer<HTMLDivElement, HTMLElement>({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => estimate(rows.current[index]),
    getItemKey: keyAt,
    overscan: 10,
    paddingStart: HEAD,
    paddingEnd: 12,
    anchorTo: 'end',
    // Not where a page of the past has just reached the room's end: one goes on reading where one was.
    followOnAppend: live && sticky.current,
    scrollEndThreshold: NEAR_END,
  });

  const toEnd = useCallback(() => {
    sticky.current = true;
    ending.current = true;
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
    const below = height - element.scrollTop - element.clientHeight;
    // Rows that are added, or are higher than was thought, put the end further away until it has been followed: the reader has
    // left it only by going up.
    const wentUp = element.scrollTop < last.current.top - 1 && element.scrollHeight >= last.current.height;
    last.current = { top: element.scrollTop, height: element.scrollHeight };
    const following = sticky.current && !wentUp && isLive.current;
    const near = below < NEAR_END || following;
    if (below < NEAR_END) ending.current = false;
    else if (following && element.scrollTop + element.clientHeight < element.scrollHeight - 1) virtualizer.scrollToEnd();
    sticky.current = (near || ending.current) && isLive.current;
    setAtEnd(near);
    const count = near ? rows.current.length : (virtualizer.range?.endIndex ?? -1) + 1;
    const seq = seqOf(rows.current.slice(0, count).findLast((item) => seqOf(item) > 0));
    // Before it has a place, the list stands at its end by chance.
    const end = near && isLive.current && placed.current;
    if (seq === 0 || (seq === seen.current.seq && end === seen.current.end)) return;
    seen.current = { seq, end };
    onSeen(seq, end);
  }, [scroller, virtualizer, onSeen]);

  useLayoutEffect(() => {
    if (!place) return;
    placed.current = true;
    if (place.opening && !sticky.current) return;
    const index = place.seq === null ? -1 : rows.current.findIndex((item) => seqOf(item) === place.seq);
    if (index < 0) {
      toEnd();
    } else {
      sticky.current = false;
      ending.current = false;
      virtualizer.scrollToIndex(index, { align: place.align });
    }
    look();
  }, [place, toEnd, virtualizer, look]);

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
