import { expect, test } from '@jest/globals';
import { FlushQueue } from './flush-queue.js';

const [a, b, c] = ['a', 'b', 'c'].map((text) => Buffer.from(text)) as [Buffer, Buffer, Buffer];

test('sockets with the same frames share one buffer; others get their own', () => {
  const queue = new FlushQueue();
  const first = queue.join([a, b], 2);
  expect(first.toString()).toBe('ab');
  expect(queue.join([a, b], 2)).toBe(first);
  expect(queue.join([a, b, c], 3).toString()).toBe('abc');
  expect(queue.join([b, a], 2).toString()).toBe('ba');
  expect(queue.join([a], 1)).toBe(a);
});

test('flushes everybody once, at the end of the turn', async () => {
  const queue = new FlushQueue();
  const flushed: string[] = [];
  queue.add({ flush: () => flushed.push('one') });
  queue.add({ flush: () => flushed.push('two') });
  expect(flushed).toEqual([]);
  await new Promise((resolve) => setImmediate(resolve));
  expect(flushed).toEqual(['one', 'two']);
});
