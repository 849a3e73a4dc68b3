import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { readLines } from '@brook/common/embedded';
import { type RuntimeFacts, readRuntime } from './runtime-file.js';
import { projectRoot } from './settings.js';

/** A whole Brook started by a test or a benchmark through the very launcher of `npm start`. */
export interface SpawnedBrook {
  /** Public address on IPv4 loopback. */
  url: string;
  /** The launcher. */
  process: ChildProcess;
  /** Internal addresses, the internal key, and where the data lies. */
  facts: RuntimeFacts;
  /** Everything printed so far. */
  output(): string;
  /** Ctrl-C, and resolves with the exit code. */
  stop(): Promise<number | null>;
}

/** Where and how: a folder and a free public port are the caller's; `env` adds to this process' environment. */
export interface SpawnOptions {
  dataDir: string;
  port: number;
  env?: NodeJS.ProcessEnv;
  /** The script to run in place of the launcher's own. */
  script?: string;
}

/** Starts Brook and resolves at its ready line. A start that ends first rejects with everything it printed. */
export async function spawnBrook(options: SpawnOptions): Promise<SpawnedBrook> {
  const { child, output, ready } = spawnLauncher(options);
  const outcome = await Promise.race([ready.then(() => 'ready' as const), once(child, 'close').then(() => 'ended' as const)]);
  const facts = readRuntime(options.dataDir);
  if (outcome === 'ended' || !facts) throw new Error(`Brook did not start:\n${output()}`);
  return {
    url: `http://127.0.0.1:${options.port}`,
    process: child,
    facts,
    output,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const gone = once(child, 'close');
        child.kill('SIGINT');
        await gone;
      }
      return child.exitCode;
    },
  };
}

/** Starts the launcher and does not wait: for starts that are to be refused, or interrupted. */
export function spawnLauncher({ dataDir, port, env, script }: SpawnOptions): {
  child: ChildProcess;
  output: () => string;
  ready: Promise<void>;
} {
  const child = spawn(process.execPath, [script ?? join(projectRoot, 'infra/local/dist/main.js')], {
    cwd: projectRoot,
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      DATABASE_URL: '',
      REDIS_URL: '',
      PORT: String(port),
      BROOK_DATA_DIR: dataDir,
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const printed: string[] = [];
  const ready = new Promise<void>((resolve) => {
    readLines(child, (line) => {
      printed.push(line);
      if (line.startsWith('  Stop:')) resolve();
    });
  });
  return { child, output: () => printed.join('\n'), ready };
}
