import { ConfigError } from '../config/index.js';

/** The part of a Prisma client that `claimMeta` needs: the one-row table `meta(id, partitions, era)`. */
export interface MetaStore {
  /** Inserts `{partitions, a new era}` unless a row exists; answers with the row that stands. */
  claim(partitions: number): Promise<{ partitions: number; era: string }>;
}

/**
 * Fixes the number of partitions at first boot and checks it at every other: a stream or a row written under another
 * number would be looked for in the wrong place.
 * @throws ConfigError when the process is configured for another number
 */
export async function claimMeta(store: MetaStore, configured: number): Promise<{ partitions: number; era: string }> {
  const stored = await store.claim(configured);
  if (stored.partitions !== configured)
    throw new ConfigError(
      `PARTITIONS: this database was set up with ${stored.partitions} partitions, but ${configured} are configured`,
    );
  return stored;
}
