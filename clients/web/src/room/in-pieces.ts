/**
 * In a busy room what is new is drawn this often. Measured on a quiet machine at 50 messages a second, from a key to its frame,
 * in the median and the 98th percentile: every 80 ms 40 and 80 ms, 64: 32 and 72, 50: 16 to 24 and 48 to 56. Every 32 ms, in
 * moments in which the browser had nothing else to do, 16 to 24 and 96 to 120: frames then wait for each other.
 */
const BUSY_MS = 50;

/** Calls `work` for changes, however many there are: in the next frame for the first one, then once in `BUSY_MS`. */
export function inPieces(work: () => void): { changed: () => void; cancel: () => void } {
  let waiting: (() => void) | undefined;
  let ranAt = Number.NEGATIVE_INFINITY;
  const cancel = () => {
    waiting?.();
    waiting = undefined;
  };
  const run = () => {
    cancel();
    ranAt = performance.now();
    work();
  };
  const soon = () => {
    const frame = requestAnimationFrame(run);
    // No frames are drawn in a hidden tab; there the timer does it.
    const timer = setTimeout(run, 100);
    waiting = () => {
      cancelAnimationFrame(frame);
      clearTimeout(timer);
    };
  };
  const changed = () => {
    if (waiting) return;
    const wait = ranAt + BUSY_MS - performance.now();
    if (wait <= 0) return soon();
    const timer = setTimeout(run, wait);
    waiting = () => clearTimeout(timer);
  };
  return { changed, cancel };
}
