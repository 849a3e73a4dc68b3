import { Presets, SingleBar } from 'cli-progress';

/** A bar for long work, on standard error; silent where nobody looks. */
export interface Progress {
  /** @param share of the whole, from 0 to 1 */
  show(title: string, share: number): void;
  end(): void;
}

/** Begins one; `quiet` for output that a program reads. */
export function startProgress({ quiet = false }: { quiet?: boolean | undefined } = {}): Progress {
  if (quiet || !process.stderr.isTTY) return { show: () => undefined, end: () => undefined };
  const bar = new SingleBar({ format: '{title} [{bar}] {percentage}%', hideCursor: true }, Presets.legacy);
  bar.start(1, 0, { title: '' });
  return { show: (title, share) => bar.update(share, { title }), end: () => bar.stop() };
}
