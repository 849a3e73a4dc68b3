import type { Logger } from '@brook/common/logging';

/** Waits for writes that only warm the read model. Without them the next reader asks again, so a failure is logged, not thrown. */
export async function warmed({ logger }: { logger: Logger }, writes: Promise<void>[]): Promise<void> {
  const failed = (await Promise.allSettled(writes)).find((outcome) => outcome.status === 'rejected');
  if (failed) logger.warn({ err: failed.reason as unknown }, 'could not warm the read model');
}
