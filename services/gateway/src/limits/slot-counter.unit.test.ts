import { expect, test } from '@jest/globals';
import { SlotCounter } from './slot-counter.js';

test('gives each key its slots and takes them back', () => {
  const slots = new SlotCounter(2);
  expect([slots.take('a'), slots.take('a'), slots.take('a'), slots.take('b')]).toEqual([true, true, false, true]);
  slots.free('a');
  expect([slots.take('a'), slots.take('a')]).toEqual([true, false]);
});

test('0 switches the limit off', () => {
  const slots = new SlotCounter(0);
  for (let i = 0; i < 100; i++) expect(slots.take('a')).toBe(true);
});
