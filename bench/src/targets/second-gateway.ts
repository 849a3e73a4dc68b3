import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from '@brook/common/embedded';
import type { BrookTarget } from './brook.js';

const READY_MS = 30_000;
const ROOT = new URL('../../..', import.meta.url);

/** Starts another gateway of a running Brook, with the environment of the first, and adds it to the target. @returns what ends it */
export async function addGateway(target: BrookTarget): Promise<() => Promise<void>> {
  const first = target.trees.find(({ name }) => name === 'gateway')?.pid as number;
  const [port, internal] = [await freePort(), await freePort()];
  const env = { ...environmentOf(first), PORT: String(port), INTERNAL_PORT: String(internal), BROOK_EXIT_WITH_PARENT: '1' };
  const child = spawn(process.execPath, ['services/gateway/dist/main.js'], {
    cwd: ROOT,
    env,
    // It ends when this end of the pipe closes, so that none is left behind.
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  await ready(`http://127.0.0.1:${port}/readyz`);
  target.trees.push({ name: 'gateway', pid: child.pid as number });
  target.ports.push(port);
  return async () => {
    const gone = once(child, 'exit');
    child.kill('SIGTERM');
    await gone;
  };
}

function environmentOf(pid: number): NodeJS.ProcessEnv {
  const pairs = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
  return Object.fromEntries(pairs.map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)]));
}

async function ready(url: string): Promise<void> {
  for (const deadline = performance.now() + READY_MS; ; ) {
    const ok = await fetch(url).then(
      (answer) => answer.ok,
      () => false,
    );
    if (ok) return;
    if (performance.now() > deadline) throw new Error('the second gateway does not get ready');
    await delay(100);
  }
}
