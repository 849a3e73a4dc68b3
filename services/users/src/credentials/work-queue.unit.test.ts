import { describe, expect, test } from '@jest/globals';
import { WorkQueue } from './work-queue.js';

/** A job that ends when it is told to. */
function job() {
  let end: (value: string) => void = () => undefined;
  const done = new Promise<string>((resolve) => {
    end = resolve;
  });
  return { run: () => done, end: () => end('done') };
}

describe('a work queue', () => {
  test('runs a bounded number at once, the others in their order', async () => {
    const queue = new WorkQueue({ running: 1, waiting: 2 });
    const order: string[] = [];
    const first = job();
    const results = [queue.run(first.run)];
    for (const name of ['second', 'third'])
      results.push(
        queue.run(() => {
          order.push(name);
          return Promise.resolve(name);
        }),
      );
    expect(queue.waiting).toBe(2);
    expect(order).toEqual([]);
    first.end();
    expect(await Promise.all(results)).toEqual(['done', 'second', 'third']);
    expect(order).toEqual(['second', 'third']);
  });

  test('turns away whoever finds it full, and serves again afterwards', async () => {
    const queue = new WorkQueue({ running: 1, waiting: 0 });
    const first = job();
    const running = queue.run(first.run);
    await expect(queue.run(() => Promise.resolve())).rejects.toMatchObject({ code: 'overloaded', retryAfterMs: 1000 });
    first.end();
    await running;
    expect(await queue.run(() => Promise.resolve('again'))).toBe('again');
  });

  test('gives the slot of a failed job to the next', async () => {
    const queue = new WorkQueue({ running: 1, waiting: 1 });
    const failing = queue.run(() => Promise.reject(new Error('broken')));
    const next = queue.run(() => Promise.resolve('next'));
    await expect(failing).rejects.toThrow('broken');
    expect(await next).toBe('next');
  });
});
