import { describe, expect, test } from '@jest/globals';
import { KeyedQueue } from './keyed-queue.js';
import { Slots } from './slots.js';

/** Work that ends when told to, and says when it began. */
function gate() {
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const work = (name: string) => () => {
    begun.push(name);
    return new Promise<void>((resolve) => ends.set(name, resolve));
  };
  return { begun, work, end: (name: string) => ends.get(name)?.() };
}

describe('KeyedQueue', () => {
  test('work of one key follows in order, of another at once', async () => {
    const queue = new KeyedQueue();
    const { begun, work, end } = gate();
    const first = queue.run('a', work('a1'));
    const second = queue.run('a', work('a2'));
    void queue.run('b', work('b1'));
    expect(begun).toEqual(['a1', 'b1']);
    end('a1');
    await first;
    await Promise.resolve();
    expect(begun).toEqual(['a1', 'b1', 'a2']);
    end('a2');
    await second;
    void queue.run('a', work('a3'));
    expect(begun.at(-1)).toBe('a3');
  });
});

describe('Slots', () => {
  test('lets so many run, then the next in turn, also after a failure', async () => {
    const slots = new Slots(1);
    const { begun, work, end } = gate();
    const failing = slots.run(() => Promise.reject(new Error('no')));
    const second = slots.run(work('second'));
    const third = slots.run(work('third'));
    expect(begun).toEqual([]);
    await expect(failing).rejects.toThrow('no');
    await Promise.resolve();
    expect(begun).toEqual(['second']);
    end('second');
    await second;
    await Promise.resolve();
    expect(begun).toEqual(['second', 'third']);
    end('third');
    await third;
  });
});
