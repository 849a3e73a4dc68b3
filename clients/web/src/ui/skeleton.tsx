/** Grey bars in the place of lines that are still loading; `rows` of them. */
export function SkeletonRows({ rows, label }: { rows: number; label: string }) {
  return (
    <div role="status" aria-label={label} className="flex flex-col gap-5 px-4 py-3">
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="breathe flex items-center gap-3">
          <span className="size-9 shrink-0 rounded-[10px] bg-line/70" />
          <span className="flex grow flex-col gap-2">
            <span className={`h-3 rounded bg-line/70 ${WIDTHS[index % WIDTHS.length]}`} />
            <span className={`h-3 rounded bg-line/70 ${WIDTHS[(index + 2) % WIDTHS.length]}`} />
          </span>
        </div>
      ))}
    </div>
  );
}

const WIDTHS = ['w-1/3', 'w-2/3', 'w-1/2', 'w-3/4'];
