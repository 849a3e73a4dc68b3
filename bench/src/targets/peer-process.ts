import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A peer's server process. */
export interface PeerProcess {
  pid: number;
  port: number;
  stop(): Promise<void>;
}

/** Starts a program of `peers/` and resolves when it listens; it prints its port. */
export async function startPeer(name: string, env: NodeJS.ProcessEnv = {}): Promise<PeerProcess> {
  const path = fileURLToPath(new URL(`../peers/${name}.js`, import.meta.url));
  const child = spawn(process.execPath, [path], {
    env: { ...process.env, NODE_ENV: 'production', ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await Promise.race([once(child.stdout, 'data'), ended(child, name)])) as [Buffer];
  return {
    pid: child.pid as number,
    port: Number(line.toString()),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

async function ended(child: ChildProcess, name: string): Promise<never> {
  await once(child, 'exit');
  throw new Error(`${name} did not start`);
}
