import { useCallback, useRef } from 'react';

/** The same function at every render, which does what the latest one does: for handlers of parts that are drawn seldom. */
export function useStable<Args extends unknown[], Result>(work: (...args: Args) => Result): (...args: Args) => Result {
  const latest = useRef(work);
  latest.current = work;
  return useCallback((...args: Args) => latest.current(...args), []);
}
