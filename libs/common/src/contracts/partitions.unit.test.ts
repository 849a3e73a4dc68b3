import { randomUUID } from 'node:crypto';
import { expect, test } from '@jest/globals';
import slot from 'cluster-key-slot';
import { MAX_PARTITIONS, partitionOf, partitionTag, slotOf } from './partitions.js';
import { keys } from './redis-keys.js';

test('slots are those of Redis Cluster', () => {
  for (let partition = 0; partition < MAX_PARTITIONS; partition++) {
    const tag = partitionTag(partition);
    expect(slotOf(tag)).toBe(slot(`{${tag}}:anything`));
  }
});

test('every key of a partition is in one slot', () => {
  const id = randomUUID();
  const some = [
    keys.commands('rooms', 5),
    keys.events('messages', 5),
    keys.recent(5, id),
    keys.session(5, id),
    keys.name(5, 'ada'),
  ];
  expect(new Set(some.map((key) => slot(key))).size).toBe(1);
});

test.each([2, 3, 4, 6, 8, 12])('16 partitions spread evenly over %i nodes', (nodes) => {
  const counts = new Array<number>(nodes).fill(0);
  for (let partition = 0; partition < 16; partition++) {
    const node = Math.floor((slotOf(partitionTag(partition)) * nodes) / 16384);
    counts[node] = (counts[node] ?? 0) + 1;
  }
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
});

test('rooms spread evenly over partitions', () => {
  const counts = new Array<number>(16).fill(0);
  for (let i = 0; i < 16_000; i++) {
    const partition = partitionOf(randomUUID(), 16);
    counts[partition] = (counts[partition] ?? 0) + 1;
  }
  for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(200);
});

test('a key stays in its partition for ever', () => {
  expect([2, 16, 64].map((p) => partitionOf('0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b', p))).toMatchInlineSnapshot(`
[
  0,
  10,
  42,
]
`);
});

test('a partition out of range has no tag', () => {
  expect(() => partitionTag(MAX_PARTITIONS)).toThrow(RangeError);
});
