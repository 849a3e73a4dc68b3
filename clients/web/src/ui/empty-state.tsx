import type { ReactNode } from 'react';

/** What a list shows that has nothing to show: an icon, what is so, and what one may do. */
export function EmptyState({
  icon,
  title,
  hint,
  action,
}: {
  icon?: ReactNode;
  title: string;
  hint?: string;
  action?: ReactNode;
}) {
  return (
    <div className="flex flex-col items-center justify-center gap-1 px-6 py-10 text-center">
      {icon && (
        <span className="mb-2 grid size-11 place-items-center rounded-xl bg-accent-soft text-accent-ink [&_svg]:size-5">
          {icon}
        </span>
      )}
      <p className="font-medium">{title}</p>
      {hint && <p className="max-w-xs text-sm text-ink-faint">{hint}</p>}
      {action && <div className="mt-4">{action}</div>}
    </div>
  );
}
