import { describe, expect, test } from '@jest/globals';
import { UnusedHeap } from './unused-heap.js';

const MB = 1024 * 1024;

/** A heap in MB that is at rest; collecting makes it what `after` says. */
function heapOf(
  { committed, used }: { committed: number; used: number },
  after: (heap: { committed: number; used: number }) => void,
) {
  const heap = { committed, used, busy: 0, collections: 0, fails: false };
  const unused = new UnusedHeap({
    size: () => ({ committed: heap.committed * MB, used: heap.used * MB }),
    busy: () => heap.busy,
    collect: async () => {
      heap.collections++;
      if (heap.fails) throw new Error('no measurement');
      after(heap);
    },
  });
  const looks = async (count: number) => {
    for (let n = 0; n < count; n++) await unused.look();
    return heap.collections;
  };
  return { heap, looks };
}

describe('unused heap', () => {
  test('is collected once where that is enough, and again when the heap has grown', async () => {
    const { heap, looks } = heapOf({ committed: 80, used: 70 }, (it) => Object.assign(it, { committed: 60, used: 50 }));
    expect(await looks(10)).toBe(1);
    heap.committed = 75;
    expect(await looks(10)).toBe(1);
    heap.committed = 95;
    expect(await looks(10)).toBe(2);
  });

  test('is left alone while there is much to do', async () => {
    const { heap, looks } = heapOf({ committed: 200, used: 70 }, (it) => Object.assign(it, { committed: 90 }));
    heap.busy = 0.2;
    expect(await looks(10)).toBe(0);
    heap.busy = 0.05;
    expect(await looks(10)).toBe(1);
  });

  test('is collected until its pages are given back, but not for ever', async () => {
    let left = 3;
    const patient = heapOf({ committed: 200, used: 70 }, (it) => Object.assign(it, left-- > 1 ? {} : { committed: 80 }));
    expect(await patient.looks(10)).toBe(3);
    const torn = heapOf({ committed: 200, used: 70 }, () => {});
    expect(await torn.looks(20)).toBe(5);
  });

  test('that is alive is not collected again and again', async () => {
    const { looks } = heapOf({ committed: 200, used: 190 }, () => {});
    expect(await looks(10)).toBe(1);
  });

  test('is collected at a later look where one failed', async () => {
    const { heap, looks } = heapOf({ committed: 200, used: 100 }, (it) => Object.assign(it, { committed: 110 }));
    heap.fails = true;
    await expect(looks(1)).rejects.toThrow('no measurement');
    heap.fails = false;
    expect(await looks(10)).toBe(2);
  });
});
