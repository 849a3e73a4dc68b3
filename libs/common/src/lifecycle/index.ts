import { setFlagsFromString } from 'node:v8';
import type { Logger } from '../logging/index.js';
import { startTracing } from '../tracing/index.js';
import { giveBackUnusedHeap } from './unused-heap.js';

/** Longest time an ordered stop may take before the process exits anyway, in milliseconds. */
const FORCE_EXIT_MS = 15_000;

/**
 * Half of V8's default: hot functions are compiled after half as many runs. A service has few, and at some hundred
 * messages a second the default takes minutes to find them (docs/performance.md). An engine that does not know it says so and goes on.
 */
const INTERRUPT_BUDGET = 33_792;

/** Collects what must be stopped; stops run one after another, the last registered first. */
export class Lifecycle {
  readonly #steps: { name: string; stop: () => Promise<void> | void }[] = [];
  readonly #logger: Logger;
  readonly #onAbort: (cause: string) => void;
  #stopping: Promise<void> | undefined;

  constructor(logger: Logger, onAbort: (cause: string) => void) {
    this.#logger = logger;
    this.#onAbort = onAbort;
  }

  /** Stops the process in order with exit code 1, so that whoever watches it starts it anew. */
  abort(cause: string): void {
    this.#onAbort(cause);
  }

  /** Registers a stop. Register right after starting, so that what depends on a thing stops before it. */
  onStop(name: string, stop: () => Promise<void> | void): void {
    this.#steps.push({ name, stop });
  }

  get stopping(): boolean {
    return this.#stopping !== undefined;
  }

  /** Runs every stop once; a failing one is logged and does not hold back the others. */
  stop(): Promise<void> {
    this.#stopping ??= this.#run();
    return this.#stopping;
  }

  async #run(): Promise<void> {
    for (const { name, stop } of this.#steps.reverse()) {
      try {
        await stop();
      } catch (err) {
        this.#logger.error({ err, step: name }, 'a stop step failed');
      }
    }
  }
}

/**
 * Runs a service process: starts it, stops it in order on SIGTERM or SIGINT (and, with BROOK_EXIT_WITH_PARENT=1, when
 * stdin ends, so that no service outlives a killed launcher), and exits 1 with one clear line when the start fails.
 * A stop that takes over 15 s is cut off.
 */
export async function runService(logger: Logger, start: (lifecycle: Lifecycle) => Promise<void>): Promise<void> {
  setFlagsFromString(`--interrupt-budget=${INTERRUPT_BUDGET}`);
  const lifecycle = new Lifecycle(logger, (cause) => stop(cause, 1));
  const stop = (cause: string, code: number) => {
    if (lifecycle.stopping) return;
    logger.info({ cause }, 'stopping');
    // Keeps the process: a stop that waits for what nothing will bring would else end here, with code 0 and half undone.
    setTimeout(() => {
      logger.error('the ordered stop took too long');
      process.exit(1);
    }, FORCE_EXIT_MS);
    void lifecycle.stop().then(() => {
      logger.info('stopped');
      process.exit(code);
    });
  };
  process.on('SIGTERM', () => stop('SIGTERM', 0));
  process.on('SIGINT', () => stop('SIGINT', 0));
  if (process.env['BROOK_EXIT_WITH_PARENT'] === '1') process.stdin.on('end', () => stop('parent gone', 0)).resume();
  process.on('unhandledRejection', (err) => {
    logger.fatal({ err }, 'unhandled rejection');
    stop('unhandled rejection', 1);
  });
  process.on('uncaughtException', (err) => {
    logger.fatal({ err }, 'uncaught exception');
    stop('uncaught exception', 1);
  });
  try {
    lifecycle.onStop('tracing', await startTracing(String(logger.bindings()['service'])));
    await start(lifecycle);
    giveBackUnusedHeap((err) => logger.warn({ err }, 'unused memory could not be collected'));
    if (!lifecycle.stopping) logger.info('ready');
  } catch (err) {
    logger.fatal({ err }, `could not start: ${err instanceof Error ? err.message : String(err)}`);
    stop('failed start', 1);
  }
}
