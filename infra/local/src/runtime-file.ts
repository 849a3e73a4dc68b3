import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { folderHolder } from '@brook/common/embedded';

/** How to reach the parts of the Brook that runs on a data folder. Holds secrets. */
export interface RuntimeFacts {
  /** Public address. */
  url: string;
  /** Internal base URL of each service. */
  services: { users: string; rooms: string; messages: string; gateway: string };
  internalKey: string;
  databaseUrl: string;
  redisUrl: string | null;
  redisClusterNodes: string | null;
}

const pathIn = (dataDir: string) => join(dataDir, 'runtime.json');

/** Leaves the facts for administration commands, readable by the owner only. Returns the removal. */
export function writeRuntime(dataDir: string, facts: RuntimeFacts): () => void {
  writeFileSync(pathIn(dataDir), `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 });
  return () => rmSync(pathIn(dataDir), { force: true });
}

/** The facts of the Brook that runs on this folder now; `undefined` when none does (a file left by a crash is not believed). */
export function readRuntime(dataDir: string): RuntimeFacts | undefined {
  if (folderHolder(dataDir) === undefined || !existsSync(pathIn(dataDir))) return undefined;
  return JSON.parse(readFileSync(pathIn(dataDir), 'utf8')) as RuntimeFacts;
}
