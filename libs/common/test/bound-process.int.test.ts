import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, describe, expect, test } from '@jest/globals';
import { hasSetpriv, isAlive } from '@brook/common/embedded';
import { eventually } from '@brook/common/testing';

const parentScript = new URL('./support/guarded-parent.mjs', import.meta.url).pathname;
/** Says its own process id, then stays. */
const CHILD = ['sh', '-c', 'echo "child $$"; exec sleep 600'];
const guards = ['shell', ...(hasSetpriv() ? ['setpriv'] : [])];

describe.each(guards)('a process bound to its parent by %s', (guard) => {
  const started: ChildProcess[] = [];
  const strays: number[] = [];
  afterEach(() => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
    for (const pid of strays.splice(0)) if (isAlive(pid)) process.kill(pid, 'SIGKILL');
  });

  async function startPair(): Promise<{ parent: ChildProcess; child: number }> {
    const parent = spawn(process.execPath, [parentScript, guard, ...CHILD], { stdio: ['ignore', 'pipe', 'inherit'] });
    started.push(parent);
    let output = '';
    parent.stdout?.on('data', (chunk: Buffer) => {
      output += chunk.toString();
    });
    const child = await eventually(() => Number(/child (\d+)/.exec(output)?.[1] ?? Number.NaN) || false);
    strays.push(child);
    return { parent, child };
  }

  test('ends when the parent is killed with -9', async () => {
    const { parent, child } = await startPair();
    parent.kill('SIGKILL');
    await eventually(() => !isAlive(child));
  });

  test('ends, and its parent after it, when the parent passes a signal on', async () => {
    const { parent, child } = await startPair();
    const gone = once(parent, 'close');
    parent.kill('SIGUSR2');
    await eventually(() => !isAlive(child));
    await gone;
    expect(isAlive(child)).toBe(false);
  });
});
