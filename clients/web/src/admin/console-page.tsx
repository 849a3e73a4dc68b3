import type { ReactNode } from 'react';
import { useTitle } from '../app/use-title';

/** A page of the console: its name and its content, scrolling. */
export function ConsolePage({ title, aside, children }: { title: string; aside?: ReactNode; children: ReactNode }) {
  useTitle(title);
  return (
    <main className="scroll-calm min-h-0 min-w-0 grow overflow-y-auto">
      <div className="mx-auto flex max-w-6xl flex-col gap-5 p-4 sm:p-7">
        <header className="flex flex-wrap items-center justify-between gap-3">
          <h1 className="text-xl font-semibold tracking-tight">{title}</h1>
          {aside}
        </header>
        {children}
      </div>
    </main>
  );
}

/** A framed part of a page. */
export function Card({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  return (
    <section className="flex min-w-0 flex-col gap-3 rounded-2xl border border-line bg-surface p-5">
      <header className="flex items-baseline justify-between gap-3">
        <h2 className="shrink-0 text-sm font-medium text-ink-soft">{title}</h2>
        {hint && <span className="text-xs text-ink-faint">{hint}</span>}
      </header>
      {children}
    </section>
  );
}
