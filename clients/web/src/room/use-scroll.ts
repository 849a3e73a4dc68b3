import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react';

/** Within this many pixels of the end one counts as being there. */
const NEAR_END = 48;

interface ScrollSource {
  /** Changes when another room is shown. */
  roomId: string;
  /** Seq of the first message shown. */
  firstSeq: number;
  /** Changes whenever something is added at the end. */
  tail: string;
  /** Raised when the person sends something; the list then goes to its end. */
  sends: number;
}

/**
 * Keeps the list where the reader wants it: at the end it stays at the end, whatever is added or however the window
 * changes; further up, what one reads does not move when older messages are put above it.
 */
export function useScroll(scroller: RefObject<HTMLDivElement | null>, { roomId, firstSeq, tail, sends }: ScrollSource) {
  const [atEnd, setAtEnd] = useState(true);
  const sticky = useRef(true);
  const before = useRef({ roomId, firstSeq, height: 0, sends });

  const toEnd = useCallback(() => {
    sticky.current = true;
    setAtEnd(true);
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  }, [scroller]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const past = before.current;
    const moved = past.roomId !== roomId || past.sends !== sends;
    if (moved || sticky.current) toEnd();
    else if (firstSeq < past.firstSeq) element.scrollTop += element.scrollHeight - past.height;
    before.current = { roomId, firstSeq, height: element.scrollHeight, sends };
  }, [scroller, toEnd, roomId, firstSeq, tail, sends]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      if (sticky.current) element.scrollTop = element.scrollHeight;
      before.current.height = element.scrollHeight;
    });
    observer.observe(element);
    // A row that grows, as a message that failed does, moves the end too.
    if (element.firstElementChild) observer.observe(element.firstElementChild);
    const onScroll = () => {
      sticky.current = element.scrollHeight - element.scrollTop - element.clientHeight < NEAR_END;
      setAtEnd(sticky.current);
    };
    element.addEventListener('scroll', onScroll, { passive: true });
    return () => {
      observer.disconnect();
      element.removeEventListener('scroll', onScroll);
    };
  }, [scroller]);

  return { atEnd, toEnd };
}
