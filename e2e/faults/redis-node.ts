import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asRedisServer, findRedisProgram, freePort, randomPassword, spawnBound } from '@brook/common/embedded';
import { announce, eventually } from '@brook/common/testing';
import { Redis } from 'ioredis';

const START_LIMIT_MS = 30_000;

export interface RedisNodeOptions {
  folder: string;
  /** Makes it a node of a Redis Cluster; all nodes of one share a password. */
  cluster?: { password: string };
}

/**
 * One redis-server of a test, with an append-only file, that comes back only when the test says so: a supervisor would
 * shorten the very outages that are being tried.
 */
export class RedisNode {
  readonly port: number;
  readonly url: string;
  readonly #folder: string;
  readonly #config: string;
  readonly #program: string;
  #child: ChildProcess | undefined;

  private constructor(options: RedisNodeOptions, port: number) {
    const password = options.cluster?.password ?? randomPassword();
    this.port = port;
    this.url = `redis://:${password}@127.0.0.1:${port}`;
    this.#folder = options.folder;
    this.#config = join(options.folder, 'redis.conf');
    mkdirSync(options.folder, { recursive: true });
    this.#program = asRedisServer(findRedisProgram(announce), options.folder);
    writeFileSync(this.#config, configuration(port, password, options).join('\n'), { mode: 0o600 });
  }

  /** Starts a server on a free port. @throws with one sentence where this system has no redis-server and none can be installed */
  static async launch(options: RedisNodeOptions): Promise<RedisNode> {
    const node = new RedisNode(options, await freePort());
    await node.start();
    return node;
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error('redis is down');
    return this.#child.pid;
  }

  /** Starts it on whatever its folder holds; resolves when the data is loaded. */
  async start(): Promise<void> {
    if (this.#child) return;
    const child = spawnBound({ command: this.#program, args: [this.#config], cwd: this.#folder, onParentDeath: 'SIGKILL' });
    for (const stream of [child.stdout, child.stderr]) stream?.resume();
    child.once('exit', () => {
      if (this.#child === child) this.#child = undefined;
    });
    this.#child = child;
    await eventually(() => this.run((client) => client.ping()), { timeout: START_LIMIT_MS, interval: 20 });
  }

  /** Ends it: in order with SIGTERM (the append-only file is written through), or with SIGKILL. */
  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }

  /** Forgets all data of a server that is down: the next start is that of an empty Redis. */
  wipe(): void {
    if (this.#child) throw new Error('end redis before its data is removed');
    rmSync(this.#data, { recursive: true, force: true });
  }

  /** Copies the data of a server that is down, for `restore`. */
  copy(): string {
    const copy = `${this.#data}-copy`;
    rmSync(copy, { recursive: true, force: true });
    cpSync(this.#data, copy, { recursive: true });
    return copy;
  }

  /** Puts older data back: the next start knows nothing of what came after. */
  restore(copy: string): void {
    this.wipe();
    renameSync(copy, this.#data);
  }

  get #data(): string {
    return join(this.#folder, 'appendonlydir');
  }

  /** Runs commands on a connection of their own. */
  async run<T>(work: (client: Redis) => Promise<T>): Promise<T> {
    const client = new Redis(this.url, { lazyConnect: true, retryStrategy: null, maxRetriesPerRequest: 0 });
    // The rejected command is the answer that counts; without a listener ioredis prints the same error again.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return await work(client);
    } finally {
      client.disconnect();
    }
  }
}

function configuration(port: number, password: string, { folder, cluster }: RedisNodeOptions): string[] {
  const lines = [`port ${port}`, 'bind 127.0.0.1', `requirepass ${password}`, `dir "${folder}"`, 'daemonize no', 'databases 1'];
  lines.push('appendonly yes', 'appendfsync everysec', 'save ""', 'maxmemory-policy noeviction');
  if (!cluster) return lines;
  lines.push('cluster-enabled yes', 'cluster-node-timeout 2000', 'cluster-require-full-coverage no', `masterauth ${password}`);
  return lines;
}
