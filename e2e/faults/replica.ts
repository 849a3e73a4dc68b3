import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync, type WriteStream, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { spawnBound } from '@brook/common/embedded';
import { eventually } from '@brook/common/testing';

export type ServiceName = 'users' | 'rooms' | 'messages' | 'gateway';

const root = fileURLToPath(new URL('../..', import.meta.url));
const READY_LIMIT_MS = 60_000;
const PROBE_MS = 1_000;
const TAIL = 12;

interface LogLine {
  level: number | string;
  msg: string;
  partition?: number;
  epoch?: number;
}

/** One process of a service; it is started again only when the test says so. */
export class Replica {
  readonly name: string;
  readonly service: ServiceName;
  readonly internalPort: number;
  readonly #env: NodeJS.ProcessEnv;
  readonly #log: WriteStream;
  readonly #failpoints: string;
  readonly #said = new Map<string, number>();
  readonly #tail: string[] = [];
  /** Newest epoch under which it took each partition, by its own log. */
  readonly #epochs = new Map<number, number>();
  #child: ChildProcess | undefined;
  /** What it last said of its readiness. */
  #unready = '';
  /** Answered its readiness when last asked. */
  healthy = false;
  /** Did not answer at all when last asked. */
  silent = true;

  constructor(
    service: ServiceName,
    index: number,
    { internalPort, env, logs }: { internalPort: number; env: NodeJS.ProcessEnv; logs: string },
  ) {
    this.name = `${service}-${index}`;
    this.service = service;
    this.internalPort = internalPort;
    this.#failpoints = join(logs, `${this.name}.failpoints`);
    this.#env = { ...env, INTERNAL_PORT: String(internalPort), BROOK_FAILPOINTS: this.#failpoints };
    this.#log = createWriteStream(join(logs, `${this.name}.log`));
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  get pid(): number {
    if (this.#child?.pid === undefined) throw new Error(`${this.name} is down`);
    return this.#child.pid;
  }

  /** Its last warnings and errors. */
  get complaints(): readonly string[] {
    return this.#tail;
  }

  /** Starts the process; `extra` environment holds for this start only. Does not wait until it is ready. */
  launch(extra: NodeJS.ProcessEnv = {}): void {
    if (this.#child) throw new Error(`${this.name} runs already`);
    this.#epochs.clear();
    const child = spawnBound({
      command: process.execPath,
      args: ['--enable-source-maps', `services/${this.service}/dist/main.js`],
      cwd: root,
      env: { ...this.#env, ...extra },
      onParentDeath: 'SIGKILL',
    });
    for (const stream of [child.stdout, child.stderr]) {
      if (stream) createInterface({ input: stream }).on('line', (line) => this.#read(line));
    }
    child.once('exit', (code, signal) => {
      this.#log.write(`--- ${this.name} ended: ${signal ?? code}\n`);
      this.healthy = false;
      if (this.#child === child) this.#child = undefined;
    });
    this.#child = child;
  }

  /** Starts the process and waits until its readiness is 200. */
  async start(extra: NodeJS.ProcessEnv = {}): Promise<void> {
    this.launch(extra);
    await this.ready();
  }

  async ready(): Promise<void> {
    await eventually(
      async () => {
        if (!this.running) throw new Error(`${this.name} ended before it was ready:\n${this.#tail.join('\n')}`);
        return this.probe();
      },
      { timeout: READY_LIMIT_MS, interval: 50 },
    ).catch((cause: unknown) => {
      throw new Error(`${this.name} is not ready: ${this.#unready}\n${this.#tail.join('\n')}`, { cause });
    });
  }

  /** Asks for its readiness once. */
  async probe(): Promise<boolean> {
    try {
      const response = await fetch(`http://127.0.0.1:${this.internalPort}/readyz`, { signal: AbortSignal.timeout(PROBE_MS) });
      this.#unready = await response.text();
      this.healthy = response.status === 200;
      this.silent = false;
    } catch (error) {
      this.#unready = String(error);
      this.healthy = false; // No answer is the answer.
      this.silent = true;
    }
    return this.healthy;
  }

  /** SIGKILL; resolves when the process is gone. */
  async kill(): Promise<void> {
    await this.#end('SIGKILL');
  }

  /** SIGTERM; resolves with the milliseconds of the ordered stop, and its exit code. */
  async stop(): Promise<{ ms: number; code: number | null }> {
    const since = performance.now();
    const code = await this.#end('SIGTERM');
    return { ms: performance.now() - since, code };
  }

  /** Stops it in the middle of whatever it does, until `resume`. */
  pause(): void {
    process.kill(this.pid, 'SIGSTOP');
  }

  resume(): void {
    process.kill(this.pid, 'SIGCONT');
  }

  /** Whether it is stopped by SIGSTOP now. */
  get paused(): boolean {
    return /^State:\s+[Tt]/m.test(readFileSync(`/proc/${this.pid}/status`, 'utf8'));
  }

  /** Ends or pauses it at a named place of the partition loop, e.g. `after-commit:kill:3`; see libs/common streams/failpoints.ts. */
  arm(failpoint: string): void {
    writeFileSync(this.#failpoints, failpoint);
    process.kill(this.pid, 'SIGUSR2');
  }

  /** How often it has logged a message of exactly these words, in all its lives. */
  said(message: string): number {
    return this.#said.get(message) ?? 0;
  }

  /** Whether it took `partition` under `epoch`. */
  took(partition: number, epoch: number): boolean {
    return this.running && this.#epochs.get(partition) === epoch;
  }

  /** Waits until the process has ended by itself, e.g. at a failpoint. */
  async gone(timeout = 30_000): Promise<void> {
    await eventually(() => !this.running, { timeout });
  }

  async close(): Promise<void> {
    await this.kill();
    await new Promise<void>((resolve) => this.#log.end(resolve));
  }

  async #end(signal: 'SIGTERM' | 'SIGKILL'): Promise<number | null> {
    const child = this.#child;
    if (!child) return null;
    const gone = once(child, 'exit');
    child.kill(signal);
    const [code] = (await gone) as [number | null];
    return code;
  }

  #read(text: string): void {
    this.#log.write(`${text}\n`);
    let line: LogLine;
    try {
      line = JSON.parse(text) as LogLine;
    } catch {
      this.#keep(text); // Node's own words, e.g. a stack.
      return;
    }
    this.#said.set(line.msg, this.said(line.msg) + 1);
    if (line.msg === 'partition taken over' && line.partition !== undefined) this.#epochs.set(line.partition, line.epoch ?? 0);
    if (typeof line.level === 'number' ? line.level >= 40 : ['warn', 'error', 'fatal'].includes(line.level)) this.#keep(text);
  }

  #keep(text: string): void {
    this.#tail.push(text.slice(0, 400));
    if (this.#tail.length > TAIL) this.#tail.shift();
  }
}
