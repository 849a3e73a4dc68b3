import { setTimeout as delay } from 'node:timers/promises';

/**
 * Calls `attempt` until it neither throws nor returns `false`, and returns its value (assertions without a
 * value will do). After `timeout` milliseconds (5,000) it throws the last failure. For what becomes true by itself; never to prove that something stays
 * absent.
 */
export async function eventually<T>(
  attempt: () => T | Promise<T>,
  { timeout = 5_000, interval = 20 }: { timeout?: number; interval?: number } = {},
): Promise<Exclude<T, false>> {
  const deadline = performance.now() + timeout;
  let failure: unknown;
  do {
    try {
      const value = await attempt();
      if (value !== false) return value as Exclude<T, false>;
      failure = undefined;
    } catch (error) {
      failure = error;
    }
    await delay(interval);
  } while (performance.now() < deadline);
  throw failure ?? new Error(`Not true after ${timeout} ms: ${attempt.toString()}`);
}
