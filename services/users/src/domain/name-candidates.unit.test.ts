import { expect, test } from '@jest/globals';
import { username } from '@brook/common/contracts';
import { nameCandidates } from './name-candidates.js';

const random = new Uint8Array(16).map((_, i) => i);

test('the name there comes first, then the same with endings; all are names', () => {
  const [first, ...others] = nameCandidates('octo-cat', random);
  expect(first).toBe('octo-cat');
  expect(others[0]).toBe('octo-cat-000102');
  expect(new Set(others).size).toBe(4);
});

test.each(['x'.repeat(39), '', ' ! ', 'a'])('%j has names that fit', (login) => {
  for (const name of nameCandidates(login, random).slice(1)) expect(username.safeParse(name).success).toBe(true);
});
