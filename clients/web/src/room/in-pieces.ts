/**
 * In a busy room what is new is drawn this often. Not less: measured at 50 messages a second, a key was on the screen after 16 ms
 * in the median; at 100 ms between the drawings, which cost a third less, after 56 ms.
 */
const BUSY_MS = 32;
/** What is new waits at most this much longer for a moment in which the browser has nothing else to do. */
const IDLE_MS = 100;

/** Calls `work` when the browser has nothing else to do, in `IDLE_MS` at the latest. @returns what calls it off */
function whenIdle(work: () => void): () => void {
  if (typeof requestIdleCallback !== 'function') {
    const timer = setTimeout(work);
    return () => clearTimeout(timer);
  }
  const asked = requestIdleCallback(work, { timeout: IDLE_MS });
  return () => cancelIdleCallback(asked);
}

/**
 * Calls `work` for changes, however many there are: in the next frame for the first one, then once in `BUSY_MS`, and behind
 * whatever the person does.
 */
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
    const timer = setTimeout(() => {
      waiting = whenIdle(run);
    }, wait);
    waiting = () => clearTimeout(timer);
  };
  return { changed, cancel };
}
