import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { EarlyDeath, isAlive, type Supervised, type SupervisionEvent, supervise } from '@brook/common/embedded';
import { eventually } from '@brook/common/testing';

/** A supervised shell script; `ready` is passed as soon as it printed a line. */
function script(text: string, events: SupervisionEvent[] = [], abort?: AbortSignal): Promise<Supervised> {
  let printed = 0;
  return supervise({
    name: 'script',
    launch: () => {
      printed = 0;
      return spawn('sh', ['-c', text], { detached: true, stdio: ['ignore', 'pipe', 'pipe'] });
    },
    async ready(signal) {
      while (printed === 0) await delay(5, undefined, { signal });
    },
    stopSignal: 'SIGTERM',
    stopGraceMs: 300,
    onLine: () => {
      printed += 1;
    },
    onEvent: (event) => events.push(event),
    ...(abort && { abort }),
  });
}

describe('supervise', () => {
  let running: Supervised | undefined;
  afterEach(() => running?.stop());

  test('starts a process again after its death, with growing pauses', async () => {
    const events: SupervisionEvent[] = [];
    running = await script('echo up; exec sleep 600', events);
    for (const round of [1, 2]) {
      process.kill(running.pid() ?? 0, 'SIGKILL');
      await eventually(() => events.filter(({ kind }) => kind === 'back').length === round);
    }
    const pauses = events.flatMap((event) => (event.kind === 'died' ? [event.restartInMs] : []));
    expect(pauses).toEqual([200, 400]);
  });

  test('rejects with the last words of a process that ends before it is ready', async () => {
    const start = supervise({
      name: 'brief',
      launch: () => spawn('sh', ['-c', 'echo "no room" >&2; exit 3'], { stdio: ['ignore', 'pipe', 'pipe'] }),
      ready: (signal) => delay(60_000, undefined, { signal }),
      stopSignal: 'SIGTERM',
      stopGraceMs: 100,
    });
    const failure = await start.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EarlyDeath);
    expect(failure).toMatchObject({ message: 'brief ended before it was ready (exit code 3)', tail: 'no room' });
  });

  test('says why a program cannot be started at all', async () => {
    const start = supervise({
      name: 'nothing',
      launch: () => spawn('/no/such/program', { stdio: 'pipe' }),
      ready: (signal) => delay(60_000, undefined, { signal }),
      stopSignal: 'SIGTERM',
      stopGraceMs: 100,
    });
    await expect(start).rejects.toThrow('nothing ended before it was ready (spawn /no/such/program ENOENT)');
  });

  test('kills a process that ignores the request to stop', async () => {
    running = await script('trap "" TERM; echo up; while :; do sleep 1; done');
    const pid = running.pid() ?? 0;
    await running.stop();
    expect(isAlive(pid)).toBe(false);
  });

  test('does not start again what dies while it is being stopped', async () => {
    const events: SupervisionEvent[] = [];
    running = await script('echo up; exec sleep 600', events);
    await running.stop();
    expect(running.pid()).toBeUndefined();
    expect(events).toEqual([]);
  });

  test('gives up the first start when told so, and leaves no process', async () => {
    const abort = new AbortController();
    let pid = 0;
    const start = supervise({
      name: 'slow',
      launch: () => {
        const child = spawn('sleep', ['600'], { detached: true });
        pid = child.pid ?? 0;
        return child;
      },
      ready: (signal) => delay(60_000, undefined, { signal }),
      abort: abort.signal,
      stopSignal: 'SIGTERM',
      stopGraceMs: 300,
    });
    abort.abort();
    await expect(start).rejects.toThrow();
    expect(isAlive(pid)).toBe(false);
  });
});
