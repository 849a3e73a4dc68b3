const FIRST_SECONDS = 60;
const MOST_SECONDS = 15 * 60;

/** Seconds to wait after the nth log-in past the limit (n from 1): a minute, doubled each time, a quarter of an hour at most. */
export const loginDelaySeconds = (n: number): number => Math.min(FIRST_SECONDS * 2 ** Math.min(n - 1, 10), MOST_SECONDS);
