import { describe, expect, test } from '@jest/globals';
import { SharedReads } from './shared-reads.js';

/** Reads that end when told to. */
function controlled() {
  const ends: ((value: number | Error) => void)[] = [];
  const read = () =>
    new Promise<number>((resolve, reject) => ends.push((value) => (value instanceof Error ? reject(value) : resolve(value))));
  return { ends, read };
}

describe('SharedReads', () => {
  test('whoever asks during a read shares the next one, never the one that began before', async () => {
    const shared = new SharedReads<number>();
    const { ends, read } = controlled();
    const first = shared.read('room', read);
    const second = shared.read('room', read);
    const third = shared.read('room', read);
    expect(ends).toHaveLength(1);
    ends[0]?.(1);
    expect(await first).toBe(1);
    await Promise.resolve();
    expect(ends).toHaveLength(2);
    ends[1]?.(2);
    expect(await Promise.all([second, third])).toEqual([2, 2]);
  });

  test('a failed read does not fail the next', async () => {
    const shared = new SharedReads<number>();
    const { ends, read } = controlled();
    const first = shared.read('room', read);
    const second = shared.read('room', read);
    ends[0]?.(new Error('down'));
    await expect(first).rejects.toThrow('down');
    await Promise.resolve();
    ends[1]?.(2);
    expect(await second).toBe(2);
  });

  test('different keys are read at once, and a finished one is read anew', async () => {
    const shared = new SharedReads<number>();
    const { ends, read } = controlled();
    const one = shared.read('a', read);
    const other = shared.read('b', read);
    ends[0]?.(1);
    ends[1]?.(2);
    expect(await Promise.all([one, other])).toEqual([1, 2]);
    void shared.read('a', read);
    expect(ends).toHaveLength(3);
    ends[2]?.(3);
  });
});
