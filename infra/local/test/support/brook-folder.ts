import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { type SpawnedBrook, type SpawnOptions, spawnBrook, spawnLauncher } from '@brook/infra/local';
import { freePort } from '@brook/common/embedded';
import { makeServerFolder } from '@brook/common/testing';
import { once } from 'node:events';

/** A data folder of a test, and the starts made on it. */
export interface BrookFolder {
  dataDir: string;
  port: number;
  /** Starts Brook there; ended with the folder at the latest. */
  start(options?: Partial<SpawnOptions>): Promise<SpawnedBrook>;
  /** A start that is expected to end by itself: its exit code and everything it said. */
  refusedStart(options?: Partial<SpawnOptions>): Promise<{ code: number | null; output: string }>;
  remove(): Promise<void>;
}

/** Makes a temporary data folder and picks a public port. */
export async function brookFolder(): Promise<BrookFolder> {
  const parent = makeServerFolder();
  const own = { dataDir: join(parent, 'data'), port: await freePort() };
  const started: SpawnedBrook[] = [];
  return {
    ...own,
    async start(options) {
      const brook = await spawnBrook({ ...own, ...options });
      started.push(brook);
      return brook;
    },
    async refusedStart(options) {
      const { child, output } = spawnLauncher({ ...own, ...options });
      await once(child, 'close');
      return { code: child.exitCode, output: output() };
    },
    async remove() {
      await Promise.all(started.map((brook) => brook.stop()));
      rmSync(parent, { recursive: true, force: true });
    },
  };
}
