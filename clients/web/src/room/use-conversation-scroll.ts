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
}

export interface ConversationScroll {
  virtualizer: ReactVirtualizer<HTMLDivElement, HTMLElement>;
  atEnd: boolean;
  toEnd: () => void;
  /** Seq of the lowest message in sight; 0 where there is none. */
  seenSeq: number;
}

const seqOf = (item: TimelineItem | undefined): number => (item?.kind === 'message' ? item.message.seq : 0);

/**
 * Draws only the rows in sight and keeps the list where the reader wants it: at the end it stays at the end, whatever is
 * added or however the window changes; further up, what one reads does not move when older messages are put above it.
 */
export function useConversationScroll({ scroller, items, place, sends, live }: Source): ConversationScroll {
  const [atEnd, setAtEnd] = useState(true);
  const [seenSeq, setSeenSeq] = useState(0);
  const sticky = useRef(true);
  const rows = useRef(items);
  rows.current = items;
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
    virtualizer.scrollToEnd();
  }, [virtualizer]);

  const look = useCallback(() => {
    const element = scroller.current;
    if (!element) return;
    const distance = element.scrollHeight - element.scrollTop - element.clientHeight;
    const near = distance < NEAR_END;
    sticky.current = near && isLive.current;
    setAtEnd(near);
    const last = near ? rows.current.length - 1 : (virtualizer.range?.endIndex ?? -1);
    for (let index = last; index >= 0; index--) {
      const seq = seqOf(rows.current[index]);
      if (seq > 0) return setSeenSeq(seq);
    }
  }, [scroller, virtualizer]);

  useLayoutEffect(() => {
    if (!place) return;
    const index = place.seq === null ? -1 : rows.current.findIndex((item) => seqOf(item) === place.seq);
    if (index < 0) return toEnd();
    sticky.current = false;
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
    const cancel = () => virtualizer.cancelScroll();
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
  return { virtualizer, atEnd: atEnd && live, toEnd, seenSeq };
}

/** A first guess of a row's height, in pixels; measured once it is drawn. */
function estimate(item: TimelineItem | undefined): number {
  if (!item) return 40;
  const above = (item.day ? 44 : 0) + (item.unread ? 36 : 0);
  if (item.kind === 'beginning') return above + 72;
  if (item.kind === 'note') return above + 36;
  const text = item.kind === 'message' ? item.message.text : item.entry.text;
  const lines = Math.min(40, Math.ceil(text.length / 80) + (text.split('\n').length - 1));
  return above + lines * 23 + (item.compact ? 4 : 38);
}
