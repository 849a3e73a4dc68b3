/** The sign of Brook: two waves on a stone. */
export function Logo({ className = 'size-8' }: { className?: string }) {
  return (
    <svg viewBox="0 0 32 32" className={className} aria-hidden="true">
      <rect width="32" height="32" rx="9" className="fill-accent" />
      <g fill="none" strokeWidth="2.6" strokeLinecap="round" className="stroke-on-accent">
        <path d="M7 12c3-3.4 6-3.4 9 0s6 3.4 9 0" />
        <path d="M7 20c3-3.4 6-3.4 9 0s6 3.4 9 0" opacity="0.65" />
      </g>
    </svg>
  );
}
