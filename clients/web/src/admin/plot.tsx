const WIDTH = 600;
const HEIGHT = 120;

interface PlotProps {
  values: readonly number[];
  /** What the plot says, for those who do not see it. */
  label: string;
  /** Names a value, shown when pointed at. */
  name?: (index: number) => string;
}

/** The top of a scale that holds these values: 1, 2 or 5 times a power of ten. */
export function niceTop(values: readonly number[]): number {
  const most = Math.max(1, ...values);
  const power = 10 ** Math.floor(Math.log10(most));
  return [1, 2, 5, 10].map((step) => step * power).find((top) => top >= most) ?? most;
}

/** One bar a value, from zero. */
export function Bars({ values, label, name }: PlotProps) {
  const top = niceTop(values);
  const step = WIDTH / Math.max(1, values.length);
  return (
    <Frame label={label} top={top}>
      {values.map((value, index) => (
        <rect
          key={index}
          x={index * step + step * 0.14}
          width={step * 0.72}
          y={HEIGHT - (value / top) * HEIGHT}
          height={Math.max(value > 0 ? 2 : 0, (value / top) * HEIGHT)}
          rx="2"
          className="fill-accent"
        >
          <title>{`${name?.(index) ?? ''} ${value}`.trim()}</title>
        </rect>
      ))}
    </Frame>
  );
}

/** A line through the values, over its area; the newest is at the right. */
export function Line({ values: given, label }: PlotProps) {
  // One value is a level line; none is zero.
  const values = given.length === 1 ? [...given, ...given] : given.length === 0 ? [0, 0] : given;
  const top = niceTop(values);
  const step = WIDTH / (values.length - 1);
  const points = values.map((value, index) => `${(index * step).toFixed(1)},${(HEIGHT - (value / top) * HEIGHT).toFixed(1)}`);
  return (
    <Frame label={label} top={top}>
      <path d={`M0,${HEIGHT} L${points.join(' L')} L${WIDTH},${HEIGHT} Z`} className="fill-accent/15" />
      <polyline
        points={points.join(' ')}
        fill="none"
        strokeWidth="2"
        vectorEffect="non-scaling-stroke"
        className="stroke-accent"
      />
    </Frame>
  );
}

function Frame({ label, top, children }: { label: string; top: number; children: React.ReactNode }) {
  return (
    <div className="relative">
      <svg
        role="img"
        aria-label={label}
        viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-28 w-full overflow-visible"
      >
        <line x1="0" x2={WIDTH} y1={HEIGHT} y2={HEIGHT} vectorEffect="non-scaling-stroke" className="stroke-line-strong" />
        <line x1="0" x2={WIDTH} y1="0" y2="0" vectorEffect="non-scaling-stroke" strokeDasharray="3 4" className="stroke-line" />
        {children}
      </svg>
      <span aria-hidden="true" className="absolute -top-2 left-0 bg-surface pr-1 text-2xs text-ink-faint">
        {top.toLocaleString()}
      </span>
    </div>
  );
}
