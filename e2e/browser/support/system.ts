import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@brook/common/embedded';
import { makeServerFolder } from '@brook/common/testing';
import { spawnBrook } from '@brook/infra/local';

/** A whole Brook on a data folder of its own; `stop` ends it and removes the folder. */
export interface TestBrook {
  url: string;
  databaseUrl: string;
  stop(): Promise<void>;
}

/** Starts a whole Brook for the tests of one file. */
export async function startBrook(env: NodeJS.ProcessEnv = {}): Promise<TestBrook> {
  const parent = makeServerFolder();
  const remove = () => rmSync(parent, { recursive: true, force: true });
  try {
    const brook = await spawnBrook({ dataDir: join(parent, 'data'), port: await freePort(), env });
    return {
      url: brook.url,
      databaseUrl: brook.facts.databaseUrl,
      async stop() {
        await brook.stop();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
