const NAME = 'brook-refresh';

/**
 * Runs `work` in one tab of this origin at a time. Tabs share the refresh cookie, which works once: two tabs that used
 * the same one would be taken for a thief and his victim, and both be signed out. Where the browser has no Web Locks
 * (plain HTTP to another machine), the work runs at once.
 */
export function oneTabAtATime<T>(work: () => Promise<T>): Promise<T> {
  const locks = (globalThis.navigator as Navigator | undefined)?.locks;
  return locks ? (locks.request(NAME, work) as Promise<T>) : work();
}
