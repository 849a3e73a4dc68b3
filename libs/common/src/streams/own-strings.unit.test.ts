import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from '@jest/globals';
import { OwnStrings } from './own-strings.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** Bytes of the heap that stay in use while what `make` returns is held. */
function held(make: () => unknown[]): number {
  collect();
  const before = process.memoryUsage().heapUsed;
  const values = make();
  collect();
  const bytes = process.memoryUsage().heapUsed - before;
  return values.length > 0 ? bytes : 0;
}

const LONG = 30_000;
const cutOut = (n: number): string => Buffer.from(String(n).padStart(LONG, 'x')).toString().slice(-36);

test('what is remembered does not keep the text it was cut out of', () => {
  const strings = new OwnStrings(1_000);
  const ids = Array.from({ length: 500 }, (_, n) => n);
  expect(held(() => ids.map(cutOut))).toBeGreaterThan(400 * LONG);
  expect(held(() => ids.map((n) => strings.of(cutOut(n))))).toBeLessThan(100 * LONG);
});

test('strings are what they were, also when more of them come than are known', () => {
  const strings = new OwnStrings(10);
  for (let n = 0; n < 50; n++) expect(strings.of(`id ${n % 25} é`)).toBe(`id ${n % 25} é`);
});
