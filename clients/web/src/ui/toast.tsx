import { type ReactNode, useEffect, useState } from 'react';

interface Toast {
  id: number;
  text: string;
  look: 'plain' | 'danger';
}

const SHOWN_MS = 5_000;
let next = 0;
let tell: ((toast: Toast) => void) | null = null;

/** Says something for a few seconds at the edge of the window, without taking the focus. */
export function toast(text: string, look: Toast['look'] = 'plain'): void {
  tell?.({ id: next++, text, look });
}

/** Where toasts appear; once a page. */
export function Toasts({ children }: { children?: ReactNode }) {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  useEffect(() => {
    const timers = new Set<ReturnType<typeof setTimeout>>();
    tell = (toast) => {
      setToasts((list) => [...list.slice(-2), toast]);
      timers.add(setTimeout(() => setToasts((list) => list.filter(({ id }) => id !== toast.id)), SHOWN_MS));
    };
    return () => {
      tell = null;
      for (const timer of timers) clearTimeout(timer);
    };
  }, []);
  return (
    <div
      role="status"
      className="pointer-events-none fixed inset-x-0 bottom-20 z-40 flex flex-col items-center gap-2 px-4 [&>*]:pointer-events-auto"
    >
      {children}
      {toasts.map(({ id, text, look }) => (
        <p
          key={id}
          className={`rise rounded-xl border border-line bg-raised px-4 py-2.5 text-sm shadow-float ${look === 'danger' ? 'text-danger' : ''}`}
        >
          {text}
        </p>
      ))}
    </div>
  );
}
