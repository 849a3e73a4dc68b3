import { type ReactNode, useId } from 'react';

/** One subject of the settings. */
export function Section({ title, hint, children }: { title: string; hint?: string; children: ReactNode }) {
  const id = useId();
  return (
    <section aria-labelledby={id} className="border-t border-line py-6 first:border-t-0">
      <h2 id={id} className="font-semibold">
        {title}
      </h2>
      {hint && <p className="text-sm text-ink-faint">{hint}</p>}
      <div className="mt-4 flex max-w-md flex-col gap-4">{children}</div>
    </section>
  );
}
