import type { CatchUp, Message } from '@brook/common/contracts';
import { describe, expect, test } from '@jest/globals';
import { CatchUps, changesAbove, extend, type RoomCatchUp } from './catch-ups.js';

const message = (seq: number, rev: number) => ({ seq, rev }) as Message;
const entry = (seq: number, rev: number) => ({ seq, rev, json: JSON.stringify({ seq, rev }) });

/** Questions that are answered when told to. */
function controlled() {
  const asked: number[] = [];
  const ends: ((answer: CatchUp | Error) => void)[] = [];
  const catchUps = new CatchUps({
    ask: (_roomId, since) => {
      asked.push(since);
      return new Promise((resolve, reject) => ends.push((end) => (end instanceof Error ? reject(end) : resolve(end))));
    },
    generation: () => 'one',
  });
  return { asked, ends, catchUps };
}

const answer: CatchUp = { from: 20, lastSeq: 90, lastRev: 90, messages: [message(80, 85), message(90, 90)] };
const departed = (asked: unknown[]) =>
  new Promise<void>((resolve) => {
    const look = () => (asked.length > 0 ? resolve() : void setImmediate(look));
    look();
  });

describe('CatchUps', () => {
  test('cursors of one moment share one question, from below the lowest', async () => {
    const { asked, ends, catchUps } = controlled();
    const all = [90, 70, 85].map((since) => catchUps.board('room', since));
    await departed(asked);
    ends[0]?.(answer);
    const [first, ...others] = await Promise.all(all);
    expect(asked).toEqual([20]);
    for (const other of others) expect(other).toBe(first);
  });

  test('whoever comes later finds the answer kept, and waits for one that is on its way', async () => {
    const { asked, ends, catchUps } = controlled();
    const first = catchUps.board('room', 70);
    await departed(asked);
    const landed = catchUps.landed('room').then(() => catchUps.kept('room')?.lastRev);
    expect(catchUps.kept('room')).toBeUndefined();
    ends[0]?.(answer);
    expect(await landed).toBe(90);
    expect(catchUps.kept('room')).toBe(await first);
    expect(catchUps.kept('other')).toBeUndefined();
  });

  test('a failure reaches those who asked, is not kept, and ends the wait of others', async () => {
    const { asked, ends, catchUps } = controlled();
    const first = catchUps.board('room', 70);
    await departed(asked);
    const landed = catchUps.landed('room');
    ends[0]?.(new Error('down'));
    await expect(first).rejects.toThrow('down');
    await landed;
    expect(catchUps.kept('room')).toBeUndefined();
  });

  test('an answer of another life of the stores is not kept', async () => {
    let generation = 'one';
    const catchUps = new CatchUps({ ask: () => Promise.resolve(answer), generation: () => generation });
    await catchUps.board('room', 70);
    generation = 'two';
    expect(catchUps.kept('room')).toBeUndefined();
  });
});

describe('what a catch-up says to a cursor', () => {
  const catchUp: RoomCatchUp = {
    asked: 10,
    from: 20,
    lastSeq: 40,
    lastRev: 44,
    messages: [entry(5, 30), entry(40, 44)],
    generation: 'one',
  };

  test.each<[number, number[] | 'snapshot' | undefined]>([
    [9, undefined],
    [10, 'snapshot'],
    [19, 'snapshot'],
    [20, [30, 44]],
    [29, [30, 44]],
    [30, [44]],
    [44, []],
    [45, undefined],
  ])('at %d', (since, expected) => {
    const changes = changesAbove(catchUp, since);
    expect(Array.isArray(changes) ? changes.map(({ rev }) => rev) : changes).toEqual(expected);
  });

  test('brought up to date, each message stands once and in its latest state', () => {
    const tail = { lastSeq: 41, lastRev: 46, messages: [entry(41, 45), entry(5, 46)] };
    const extended = extend(catchUp, tail, 500);
    expect(extended).toMatchObject({ from: 20, lastSeq: 41, lastRev: 46 });
    expect(extended.messages.map(({ seq, rev }) => [seq, rev])).toEqual([
      [40, 44],
      [41, 45],
      [5, 46],
    ]);
    expect(extend(catchUp, tail, 2)).toMatchObject({ from: 44, messages: [entry(41, 45), entry(5, 46)] });
  });
});
