import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Admission, SendOrder } from './send-order.js';

const ROOM = 'room-1';

describe('SendOrder', () => {
  test('after a refusal for now, later sends wait for the refused one', () => {
    const order = new SendOrder();
    const m1 = order.admit(ROOM, 'm1');
    order.refused(m1, 'rate_limited');
    expect(() => order.admit(ROOM, 'm2')).toThrow(expect.objectContaining({ code: 'retry_order' }));
    expect(order.awaited(ROOM)).toBe('m1');
    order.admit(ROOM, 'm1');
    order.admit(ROOM, 'm2');
    expect(order.awaited(ROOM)).toBeUndefined();
  });

  test('other rooms go on', () => {
    const order = new SendOrder();
    order.refused(order.admit(ROOM, 'm1'), 'overloaded');
    expect(() => order.admit('room-2', 'm2')).not.toThrow();
  });

  test.each(['validation_failed', 'forbidden', 'not_found', 'blocked'] as const)('%s holds nothing back', (code) => {
    const order = new SendOrder();
    order.refused(order.admit(ROOM, 'm1'), code);
    expect(() => order.admit(ROOM, 'm2')).not.toThrow();
  });

  test('a refusal that comes late puts the earlier send first', () => {
    const order = new SendOrder();
    const m1 = order.admit(ROOM, 'm1');
    const m2 = order.admit(ROOM, 'm2');
    order.refused(m2, 'rate_limited');
    order.refused(m1, 'unavailable');
    expect(() => order.admit(ROOM, 'm2')).toThrow('send m1 first');
    order.admit(ROOM, 'm1');
    expect(() => order.admit(ROOM, 'm3')).toThrow('send m2 first');
    order.admit(ROOM, 'm2');
    order.admit(ROOM, 'm3');
  });

  test('an admitted send overtakes an earlier one that was refused since, but not a later one', () => {
    const order = new SendOrder();
    const [m1, m2] = [order.admit(ROOM, 'm1'), order.admit(ROOM, 'm2')];
    order.refused(m2, 'overloaded');
    expect(order.overtakes(m1)).toBe(false);
    order.refused(m1, 'overloaded');
    expect(order.overtakes(m2)).toBe(true);
    const again = order.admit(ROOM, 'm1');
    expect(order.overtakes(again)).toBe(false);
    expect(order.awaited(ROOM)).toBe('m2');
  });

  test('a send that is refused again keeps its place', () => {
    const order = new SendOrder();
    const [m1, m2] = [order.admit(ROOM, 'm1'), order.admit(ROOM, 'm2')];
    order.refused(m1, 'unavailable');
    order.refused(m2, 'unavailable');
    order.refused(order.admit(ROOM, 'm1'), 'unavailable');
    expect(order.awaited(ROOM)).toBe('m1');
  });

  test('whatever is refused whenever: a client that sends again in order has everything taken in order', () => {
    const outcomes = fc.array(fc.record({ refused: fc.boolean(), late: fc.boolean() }), { maxLength: 60 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), outcomes, (count, script) => {
        expect(deliver(count, script)).toEqual(Array.from({ length: count }, (_, i) => `m${i}`));
      }),
    );
  });
});

/**
 * A client that pipelines `count` messages and resends, in order, what was refused, through a gateway whose refusals come at
 * once or late. A queue refuses everything behind a failure, as a lost connection does.
 */
function deliver(count: number, script: { refused: boolean; late: boolean }[]): string[] {
  const order = new SendOrder();
  const taken: string[] = [];
  let unsent = Array.from({ length: count }, (_, i) => `m${i}`);
  let step = 0;
  while (unsent.length > 0) {
    const late: Admission[] = [];
    for (const clientId of unsent) {
      let admission: Admission;
      try {
        admission = order.admit(ROOM, clientId);
      } catch {
        continue;
      }
      const { refused, late: isLate } = script[step++] ?? { refused: false, late: false };
      if (late.length > 0 || (refused && isLate)) late.push(admission);
      else if (refused) order.refused(admission, 'rate_limited');
      else taken.push(clientId);
    }
    for (const admission of late.reverse()) order.refused(admission, 'unavailable');
    unsent = unsent.filter((clientId) => !taken.includes(clientId));
  }
  return taken;
}

test('a send names the newest one before it that has no answer yet', () => {
  const order = new SendOrder();
  const [m1, m2, m3] = ['m1', 'm2', 'm3'].map((clientId) => order.admit('room', clientId)) as [Admission, Admission, Admission];
  expect(order.enqueued(m1)).toBeUndefined();
  expect(order.enqueued(m2)).toBe('m1');
  order.answered(m2);
  expect(order.enqueued(m3)).toBe('m1');
  order.refused(m1, 'timeout');
  order.answered(m3);
  expect(order.enqueued(order.admit('room', 'm1'))).toBeUndefined();
});

test('a send that comes again while it waits does not name itself', () => {
  const order = new SendOrder();
  const again = order.admit('room', 'm1');
  order.enqueued(again);
  expect(order.enqueued(again)).toBeUndefined();
});
