import { type ReactNode, useEffect, useLayoutEffect, useRef } from 'react';

interface PopoverProps {
  /** What it belongs to; it opens beside this. */
  anchor: Element;
  onClose: () => void;
  /** Which edge of the anchor it lines up with. */
  align?: 'start' | 'end';
  className?: string;
  children: ReactNode;
}

const GAP = 6;
const MARGIN = 8;

/** Where the box fits: below the anchor, or above it where there is more room, and always inside the window. */
function place(box: HTMLElement, anchor: Element, align: 'start' | 'end'): void {
  const at = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = box;
  const below = window.innerHeight - at.bottom - GAP - MARGIN;
  const top = height <= below || below >= at.top ? at.bottom + GAP : at.top - GAP - height;
  const left = align === 'start' ? at.left : at.right - width;
  box.style.top = `${Math.max(MARGIN, Math.min(top, window.innerHeight - height - MARGIN))}px`;
  box.style.left = `${Math.max(MARGIN, Math.min(left, window.innerWidth - width - MARGIN))}px`;
}

/** A box in the top layer, so that no scrolling list cuts it off. Escape and a click elsewhere close it. */
export function Popover({ anchor, onClose, align = 'start', className = '', children }: PopoverProps) {
  const ref = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  close.current = onClose;

  useLayoutEffect(() => {
    const box = ref.current;
    if (!box) return;
    box.showPopover();
    place(box, anchor, align);
    return () => {
      if (box.matches(':popover-open')) box.hidePopover();
    };
  }, [anchor, align]);

  useEffect(() => {
    const box = ref.current;
    const toggled = (event: Event) => {
      if ((event as ToggleEvent).newState === 'closed') close.current();
    };
    const moved = new ResizeObserver(() => box && place(box, anchor, align));
    if (box) moved.observe(box);
    box?.addEventListener('toggle', toggled);
    return () => {
      moved.disconnect();
      box?.removeEventListener('toggle', toggled);
    };
  }, [anchor, align]);

  return (
    <div ref={ref} popover="auto" className={`rise fixed rounded-xl border border-line bg-raised shadow-float ${className}`}>
      {children}
    </div>
  );
}
