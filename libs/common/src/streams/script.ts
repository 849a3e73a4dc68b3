import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { RedisClient } from '../redis/index.js';

/** A Lua script that is sent once per server and then called by its hash. */
export class Script {
  readonly #source: string;
  readonly #sha: string;

  constructor(source: string) {
    this.#source = source;
    this.#sha = createHash('sha1').update(source).digest('hex');
  }

  /** Reads a script file; its header documents KEYS, ARGV and the answer. */
  static fromFile(file: URL): Script {
    return new Script(readFileSync(file, 'utf8'));
  }

  /** Runs the script. All keys must share a hash tag. @throws what Redis answers */
  async run(client: RedisClient, keys: string[], args: (string | number)[]): Promise<unknown> {
    try {
      return await client.evalsha(this.#sha, keys.length, ...keys, ...args);
    } catch (err) {
      if (!(err instanceof Error) || !err.message.startsWith('NOSCRIPT')) throw err;
      return client.eval(this.#source, keys.length, ...keys, ...args);
    }
  }
}

/** Scripts stand beside the sources, from where the compiled code reads them too. */
export const commonScript = (name: string): Script =>
  Script.fromFile(new URL(`../../src/streams/scripts/${name}.lua`, import.meta.url));
