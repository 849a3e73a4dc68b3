import { expect, test } from '@jest/globals';
import { compareIds, idTime, toFields, toFlat } from './entries.js';
import { preferredReplica } from './rendezvous.js';

test('fields come out as they went in, without the undefined ones', () => {
  const fields = { type: 'x', key: 'k', none: undefined };
  expect({ ...toFields(toFlat(fields)) }).toEqual({ type: 'x', key: 'k' });
});

test('a field named like a property of objects is only a field', () => {
  expect(toFields(['__proto__', 'x'])['constructor']).toBeUndefined();
});

test('ids are ordered by time, then by sequence, as numbers', () => {
  expect(['10-2', '9-9', '10-10', '0-0'].sort(compareIds)).toEqual(['0-0', '9-9', '10-2', '10-10']);
  expect(idTime('1700000000000-3')).toBe(1_700_000_000_000);
});

test('a replica that goes moves only its own partitions', () => {
  const partitions = Array.from({ length: 64 }, (_, i) => i);
  const three = partitions.map((p) => preferredReplica(p, ['a', 'b', 'c']));
  const two = partitions.map((p) => preferredReplica(p, ['a', 'b']));
  for (const p of partitions) if (three[p] !== 'c') expect(two[p]).toBe(three[p]);
  expect(new Set(three)).toEqual(new Set(['a', 'b', 'c']));
  expect(preferredReplica(0, [])).toBeUndefined();
});
