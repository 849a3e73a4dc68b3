import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  EarlyDeath,
  type OnLine,
  StartupError,
  type Supervised,
  type SupervisionEvent,
  spawnBound,
  supervise,
} from '@brook/common/embedded';
import { fatalMessage } from './log-lines.js';
import { projectRoot } from './settings.js';

/** One service and how this launcher starts it. */
export interface ServiceProcess {
  name: string;
  env: NodeJS.ProcessEnv;
  /** The address that answers 200 once the service does its work. */
  readyUrl: string;
  /** Stops waiting for the first readiness. */
  abort: AbortSignal;
  onLine: OnLine;
  onEvent: (event: SupervisionEvent) => void;
}

/**
 * One helper thread of V8 a process instead of four, as in the Dockerfile: a collection waits for all of its helpers, and
 * those of four services and everything else share the cores (docs/performance.md). That measuring memory, which is how
 * services have unused memory collected, is an experiment of Node's is nothing to tell operators at each start.
 */
const NODE_ARGS = ['--enable-source-maps', '--v8-pool-size=1', '--disable-warning=ExperimentalWarning'];

const READY_POLL_MS = 100;
const READY_LIMIT_MS = 60_000;
const ANSWER_MS = 3_000;
/** Longer than the services' own limit for an ordered stop. */
const STOP_GRACE_MS = 17_000;

/**
 * Starts a service as a process of its own and keeps it running. Resolves when it is ready.
 * Throws StartupError with the service's own sentence when it ends before that.
 */
export async function startService(service: ServiceProcess): Promise<Supervised> {
  const main = `services/${service.name}/dist/main.js`;
  if (!existsSync(join(projectRoot, main))) throw new StartupError(`${main} was not built: run "npm run build".`);
  try {
    return await supervise({
      name: service.name,
      launch: () =>
        spawnBound({
          command: process.execPath,
          args: [...NODE_ARGS, main],
          cwd: projectRoot,
          env: { ...service.env, BROOK_EXIT_WITH_PARENT: '1' },
          // What a service has not acknowledged is not lost by a hard end; waiting for an orderly one could leave it behind.
          onParentDeath: 'SIGKILL',
          stdinPipe: true,
        }),
      ready: (signal) => answersOk(service.name, service.readyUrl, signal),
      abort: service.abort,
      stopSignal: 'SIGTERM',
      stopGraceMs: STOP_GRACE_MS,
      onLine: service.onLine,
      onEvent: service.onEvent,
    });
  } catch (error) {
    throw error instanceof EarlyDeath ? new StartupError(ownWords(service.name, error)) : error;
  }
}

/** Waits until an address answers 200. Throws StartupError with its last answer after a minute. */
export async function answersOk(name: string, url: string, signal: AbortSignal): Promise<void> {
  const deadline = performance.now() + READY_LIMIT_MS;
  for (;;) {
    const refusal = await askOnce(url, signal);
    if (refusal === undefined) return;
    if (performance.now() > deadline)
      throw new StartupError(`${name} did not become ready within ${READY_LIMIT_MS / 1000} s: ${refusal}`);
    await delay(READY_POLL_MS, undefined, { signal });
  }
}

async function askOnce(url: string, signal: AbortSignal): Promise<string | undefined> {
  try {
    const response = await fetch(url, { signal: AbortSignal.any([signal, AbortSignal.timeout(ANSWER_MS)]) });
    const body = await response.text();
    return response.status === 200 ? undefined : `${response.status} ${body}`;
  } catch (error) {
    return (error as Error).message;
  }
}

function ownWords(name: string, { message, tail }: EarlyDeath): string {
  const lines = tail.split('\n');
  const said = lines.map(fatalMessage).findLast((text) => text !== undefined);
  return said === undefined ? `${message}: ${lines.at(-1) ?? ''}` : `The ${name} service could not start: ${said}`;
}
