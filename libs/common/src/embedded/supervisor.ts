import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { type OnLine, OutputTail, readLines } from './output-lines.js';

/** How one process is started, watched and ended. */
export interface Supervision {
  name: string;
  /** Starts the process. Called again after each death. */
  launch(): ChildProcess;
  /** Resolves once the process does its work; polls until then. Aborted when the process dies or is to stop. */
  ready(signal: AbortSignal): Promise<void>;
  /** Gives up the first start: the process is ended and `supervise` rejects. */
  abort?: AbortSignal;
  /** The signal that asks for an orderly end, and the milliseconds after which it is killed. */
  stopSignal: NodeJS.Signals;
  stopGraceMs: number;
  onLine?: OnLine;
  /** Told about deaths and returns after the first start: what to print. */
  onEvent?(event: SupervisionEvent): void;
}

/** What befell a supervised process after its first start. */
export type SupervisionEvent =
  | { kind: 'died'; pid: number; code: number | null; signal: NodeJS.Signals | null; restartInMs: number; tail: string }
  | { kind: 'back'; pid: number };

/** A process that is kept running until `stop`. */
export interface Supervised {
  readonly name: string;
  /** Process id of the present child, `undefined` between a death and the restart. */
  pid(): number | undefined;
  /** Ends the process in order, kills it after the grace time. Resolves when it is gone; safe to call twice. */
  stop(): Promise<void>;
}

/** The process ended before it was ready for the first time; `tail` holds its last lines. */
export class EarlyDeath extends Error {
  override name = 'EarlyDeath';
  readonly tail: string;

  constructor(name: string, how: string, tail: string) {
    super(`${name} ended before it was ready (${how})`);
    this.tail = tail;
  }
}

const FIRST_BACKOFF_MS = 200;
const MAX_BACKOFF_MS = 5_000;
/** A process that lived this long was healthy: its next death begins again with the short pause. */
const HEALTHY_AFTER_MS = 10_000;
const LAST_OUTPUT_MS = 300;

/**
 * Starts a process and keeps it running: after a death it is started again after 0.2 s, doubling up to 5 s while it
 * keeps dying. Resolves when it is ready for the first time; a death before that rejects with EarlyDeath.
 */
export async function supervise(what: Supervision): Promise<Supervised> {
  const keeper = new Keeper(what);
  await keeper.begin();
  return keeper;
}

class Keeper implements Supervised {
  readonly name: string;
  private readonly what: Supervision;
  private readonly stopping = new AbortController();
  private readonly tail = new OutputTail();
  private child: ChildProcess | undefined;
  private loop: Promise<void> = Promise.resolve();

  constructor(what: Supervision) {
    this.what = what;
    this.name = what.name;
  }

  pid(): number | undefined {
    return this.child?.pid;
  }

  async begin(): Promise<void> {
    const life = this.start();
    let failure: unknown;
    try {
      await Promise.race([life.ready, life.exit]);
    } catch (error) {
      failure = error;
    }
    // A death also breaks the wait for readiness; the death is the reason worth telling.
    if (life.dead.aborted) throw new EarlyDeath(this.name, describe(await life.exit), this.tail.toString());
    if (failure !== undefined) {
      await end(life.child, this.what.stopSignal, this.what.stopGraceMs);
      throw failure;
    }
    this.loop = this.keep(life);
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    if (this.child) await end(this.child, this.what.stopSignal, this.what.stopGraceMs);
    await this.loop;
  }

  private start(): Life {
    this.tail.clear();
    const child = this.what.launch();
    this.child = child;
    readLines(child, (line) => {
      this.tail.push(line);
      this.what.onLine?.(line);
    });
    const dead = new AbortController();
    const exit = exitOf(child).finally(() => {
      this.child = undefined;
      dead.abort();
    });
    const ready = this.what.ready(
      AbortSignal.any([dead.signal, this.stopping.signal, ...(this.what.abort ? [this.what.abort] : [])]),
    );
    // Handled where it is awaited; after a restart nobody may await it, and a death tells enough.
    ready.catch(() => undefined);
    return { child, startedAt: performance.now(), exit, dead: dead.signal, ready };
  }

  private async keep(first: Life): Promise<void> {
    let life = first;
    let pause = FIRST_BACKOFF_MS;
    for (;;) {
      const exit = await life.exit;
      if (this.stopping.signal.aborted) return;
      if (performance.now() - life.startedAt > HEALTHY_AFTER_MS) pause = FIRST_BACKOFF_MS;
      const { code, signal } = exit;
      this.what.onEvent?.({
        kind: 'died',
        pid: life.child.pid ?? 0,
        code,
        signal,
        restartInMs: pause,
        tail: this.tail.toString(),
      });
      await delay(pause, undefined, { signal: this.stopping.signal }).catch(() => undefined);
      if (this.stopping.signal.aborted) return;
      pause = Math.min(pause * 2, MAX_BACKOFF_MS);
      life = this.start();
      const pid = life.child.pid ?? 0;
      void life.ready.then(
        () => this.what.onEvent?.({ kind: 'back', pid }),
        () => undefined,
      );
    }
  }
}

interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
  error?: Error;
}

interface Life {
  child: ChildProcess;
  startedAt: number;
  exit: Promise<Exit>;
  /** Aborted as soon as the process is gone. */
  dead: AbortSignal;
  ready: Promise<void>;
}

/** How the process ended, once its last output has been read too (a grandchild that keeps the pipe open is not waited for). */
async function exitOf(child: ChildProcess): Promise<Exit> {
  // A program that cannot be started rejects here as well; `error` below reports it.
  const closed = once(child, 'close').catch(() => undefined);
  const exit = await new Promise<Exit>((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, error }));
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  await Promise.race([closed, delay(LAST_OUTPUT_MS, undefined, { ref: false })]);
  return exit;
}

/** Ends a child: the signal, then after `graceMs` SIGKILL to its whole process group. Resolves when it is gone. */
export async function end(child: ChildProcess, signal: NodeJS.Signals, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
  const { pid } = child;
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  child.kill(signal);
  const timer = setTimeout(() => killGroup(pid), graceMs);
  await gone;
  clearTimeout(timer);
}

function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error; // It went by itself in this moment.
  }
}

function describe({ code, signal, error }: Exit): string {
  return error ? error.message : signal ? `signal ${signal}` : `exit code ${code}`;
}
