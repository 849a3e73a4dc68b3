import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { freePort } from '@brook/common/embedded';
import { eventually } from '@brook/common/testing';
import type { Stack } from './stack.js';

const root = fileURLToPath(new URL('../../../..', import.meta.url));

export interface SecondGateway {
  url: string;
  /** Stops the process as it stands (SIGSTOP) and lets it run again. */
  freeze(): void;
  thaw(): void;
  /** Ends it with SIGKILL. */
  kill(): Promise<void>;
  /** Ends it with SIGTERM. @returns its exit code */
  stop(): Promise<number | null>;
}

/** Starts another gateway beside a stack's own. */
export async function startSecondGateway(stack: Stack, env: Record<string, string> = {}): Promise<SecondGateway> {
  const [port, internalPort] = [await freePort(), await freePort()];
  const { messages, rooms, users } = stack.processes;
  const child = spawn(process.execPath, ['--enable-source-maps', 'services/gateway/dist/main.js'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      LIMITS: 'off',
      LOG_LEVEL: 'error',
      ...env,
      PATH: process.env['PATH'] ?? '',
      REDIS_URL: stack.redisUrl,
      INTERNAL_KEY: stack.internalKey,
      INTERNAL_PORT: String(internalPort),
      PORT: String(port),
      MESSAGES_URL: messages.internalUrl,
      ROOMS_URL: rooms.internalUrl,
      USERS_URL: users.internalUrl,
    },
  });
  const url = `http://127.0.0.1:${port}`;
  await eventually(async () => (await fetch(`${url}/readyz`)).ok, { timeout: 15_000, interval: 50 });
  return {
    url,
    freeze: () => void child.kill('SIGSTOP'),
    thaw: () => void child.kill('SIGCONT'),
    async kill() {
      const exited = once(child, 'exit');
      child.kill('SIGKILL');
      await exited;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exited = once(child, 'exit');
      child.kill('SIGTERM');
      return ((await exited) as [number | null])[0];
    },
  };
}
