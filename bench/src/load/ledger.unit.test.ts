import { expect, test } from '@jest/globals';
import { type Faults, Ledger, noFaults } from './ledger.js';
import { numberAt, roomAt, senderAt, stampOf, timeAt } from './stamp.js';

const ROOM = 7;

function received(numbers: number[], { sent, room = ROOM, revs, history }: Partial<Case> & { sent: number }): Faults {
  const ledger = new Ledger(ROOM);
  if (history !== undefined) ledger.history(0, history);
  ledger.joined(revs === undefined ? undefined : (revs[0] as number) - 1, history !== undefined);
  numbers.forEach((n, i) => ledger.delivered(Buffer.from(stampOf(room, 0, n, 1)), 0, revs?.[i + 1] ?? 0));
  return ledger.verdict([sent]);
}

interface Case {
  room: number;
  /** The first rev expected, then that of each message. */
  revs: number[];
  history: number;
}

test('a stamp gives back what it was made of', () => {
  const bytes = Buffer.from(`..${stampOf(0xabcdef, 255, 0x12345678, 2 ** 50 + 3)}`);
  expect([roomAt(bytes, 2), senderAt(bytes, 2), numberAt(bytes, 2), timeAt(bytes, 2)]).toEqual([
    0xabcdef,
    255,
    0x12345678,
    2 ** 50 + 3,
  ]);
});

test('everything once and in order is no fault', () => {
  expect(received([1, 2, 3], { sent: 3 })).toEqual(noFaults());
  expect(received([1, 2], { sent: 2, revs: [5, 5, 6] })).toEqual(noFaults());
  expect(received([4, 5], { sent: 5, history: 3 })).toEqual(noFaults());
});

test.each<[string, number[], Partial<Case> & { sent: number }, Partial<Faults>]>([
  ['the last one is missing', [1, 2], { sent: 3 }, { loss: 1 }],
  ['one in the middle is missing', [1, 3], { sent: 3 }, { loss: 1 }],
  ['one comes twice', [1, 2, 2], { sent: 2 }, { double: 1 }],
  ['two change places', [2, 1, 3], { sent: 3 }, { order: 1 }],
  ['one comes twice and one is missing', [1, 1, 3], { sent: 3 }, { double: 1, loss: 1 }],
  ['another room', [1], { sent: 0, room: 8 }, { stray: 1 }],
  ['history and live messages overlap', [3, 4], { sent: 4, history: 3 }, { seam: 1, double: 1 }],
  ['a hole between history and live messages', [5], { sent: 5, history: 3 }, { seam: 1, loss: 1 }],
  ['a rev is missing', [1, 2], { sent: 2, revs: [5, 5, 7] }, { seam: 1 }],
  ['a rev comes twice', [1, 2], { sent: 2, revs: [5, 5, 5] }, { order: 1 }],
])('%s', (_name, numbers, options, faults) => {
  expect(received(numbers, options)).toEqual({ ...noFaults(), ...faults });
});
