import { type ReactNode, useEffect, useRef, useState } from 'react';

interface MenuProps {
  /** What opens the menu; gets what makes it a menu button. */
  trigger: (props: { onClick: () => void; 'aria-haspopup': 'menu'; 'aria-expanded': boolean }) => ReactNode;
  /** Where the menu opens, relative to the trigger. */
  side: 'above' | 'below';
  children: ReactNode;
}

/** A small menu. It closes with Escape, a choice, or a click elsewhere; arrow keys move between its items. */
export function Menu({ trigger, side, children }: MenuProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);

  useEffect(() => {
    if (!open) return;
    root.current?.querySelector<HTMLElement>('[role=menuitem]')?.focus();
    const outside = (event: Event) => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);

  const keys = (event: React.KeyboardEvent) => {
    if (!open) return;
    if (event.key === 'Escape') {
      setOpen(false);
      root.current?.querySelector<HTMLElement>('[aria-haspopup]')?.focus();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const items = [...(root.current?.querySelectorAll<HTMLElement>('[role=menuitem]') ?? [])];
      const at = items.indexOf(document.activeElement as HTMLElement);
      items.at((at + (event.key === 'ArrowDown' ? 1 : -1)) % items.length)?.focus();
    }
  };

  return (
    <div ref={root} className="relative" onKeyDown={keys}>
      {trigger({ onClick: () => setOpen(!open), 'aria-haspopup': 'menu', 'aria-expanded': open })}
      {open && (
        <div
          role="menu"
          onClick={() => setOpen(false)}
          className={`rise absolute z-20 min-w-48 rounded-xl border border-line bg-raised p-1 shadow-float ${
            side === 'above' ? 'bottom-full left-0 mb-1.5' : 'top-full right-0 mt-1.5'
          }`}
        >
          {children}
        </div>
      )}
    </div>
  );
}

/** One choice of a menu. */
export function MenuItem({
  icon,
  onClick,
  danger,
  children,
}: {
  icon: ReactNode;
  onClick: () => void;
  danger?: boolean;
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
      {children}
    </button>
  );
}
