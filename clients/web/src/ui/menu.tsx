import { type KeyboardEvent, type ReactNode, type RefObject, useEffect, useRef, useState } from 'react';
import { Popover } from './popover';

interface TriggerProps {
  ref: RefObject<HTMLButtonElement | null>;
  onClick: () => void;
  'aria-haspopup': 'menu';
  'aria-expanded': boolean;
}

interface MenuProps {
  /** What opens the menu; gets what makes it a menu button. */
  trigger: (props: TriggerProps) => ReactNode;
  align?: 'start' | 'end';
  children: ReactNode;
}

/** A small menu. It closes with Escape, a choice, or a click elsewhere; arrow keys move between its items. */
export function Menu({ trigger, align = 'end', children }: MenuProps) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  return (
    <>
      {trigger({ ref: button, onClick: () => setOpen(!open), 'aria-haspopup': 'menu', 'aria-expanded': open })}
      {open && button.current && (
        <Popover anchor={button.current} align={align} onClose={() => setOpen(false)} className="min-w-48 p-1">
          <MenuList onClose={() => setOpen(false)}>{children}</MenuList>
        </Popover>
      )}
    </>
  );
}

function MenuList({ onClose, children }: { onClose: () => void; children: ReactNode }) {
  const ref = useRef<HTMLDivElement>(null);
  useEffect(() => ref.current?.querySelector<HTMLElement>('[role^=menuitem]')?.focus(), []);
  const keys = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (event.key === 'Tab') onClose();
    if (step === 0) return;
    event.preventDefault();
    const items = [...(ref.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? [])];
    const at = items.indexOf(document.activeElement as HTMLElement);
    items.at((at + step) % items.length)?.focus();
  };
  return (
    <div ref={ref} role="menu" onKeyDown={keys} onClick={onClose}>
      {children}
    </div>
  );
}

/** One choice of a menu. */
export function MenuItem({
  icon,
  onClick,
  danger,
  hint,
  children,
}: {
  icon: ReactNode;
  onClick: () => void;
  danger?: boolean;
  /** A key that does the same. */
  hint?: string;
  children: ReactNode;
}) {
  return (
    <button
      type="button"
      role="menuitem"
      onClick={onClick}
      className={`flex w-full items-center gap-2.5 rounded-lg px-2.5 py-2 text-left text-sm hover:bg-hover focus-visible:-outline-offset-2 [&_svg]:size-4 ${
        danger ? 'text-danger' : 'text-ink [&_svg]:text-ink-faint'
      }`}
    >
      {icon}
      <span className="grow">{children}</span>
      {hint && <Key>{hint}</Key>}
    </button>
  );
}

/** The name of a key, drawn as one. */
export function Key({ children }: { children: ReactNode }) {
  return (
    <kbd className="inline-grid h-5 min-w-5 place-items-center rounded border border-line-strong bg-canvas px-1.5 font-sans text-2xs font-medium text-ink-soft">
      {children}
    </kbd>
  );
}
