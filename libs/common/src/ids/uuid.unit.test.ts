import { expect, test } from '@jest/globals';
import { newUuid } from './uuid.js';

test('ids differ in their random part, also when the random bytes are asked for anew', () => {
  const ids = Array.from({ length: 2_000 }, newUuid);
  expect(ids.filter((id) => !/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/.test(id))).toEqual([]);
  expect(new Set(ids.map((id) => id.slice(15))).size).toBe(ids.length);
});

test('ids of later milliseconds sort later', async () => {
  const first = newUuid();
  const begun = Date.now();
  while (Date.now() <= begun) await new Promise((resolve) => setImmediate(resolve));
  expect(newUuid() > first).toBe(true);
});
