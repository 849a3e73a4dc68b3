import type { ReactNode } from 'react';

const LOOKS = {
  danger: 'bg-danger-soft text-danger',
  warn: 'bg-warn-soft text-warn',
  accent: 'bg-accent-soft text-accent-ink',
};

/** A short message in the flow of a page; faults are read out at once. */
export function Notice({ look, children }: { look: keyof typeof LOOKS; children: ReactNode }) {
  return (
    <div role={look === 'danger' ? 'alert' : 'status'} className={`rise rounded-lg px-3.5 py-2.5 text-sm ${LOOKS[look]}`}>
      {children}
    </div>
  );
}
