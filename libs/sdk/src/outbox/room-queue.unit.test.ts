import { describe, expect, it } from '@jest/globals';
import type { Message } from '@brook/common/contracts';
import fc from 'fast-check';
import { BrookError } from '../errors.js';
import { RoomQueue } from './room-queue.js';

const add = (queue: RoomQueue, n: number, stored = true) => {
  const clientId = `m${n}`;
  const base = { clientId, roomId: 'r', text: clientId, replyTo: null, createdAt: '' };
  queue.add({ ...base, userId: 'u', order: n, failed: null }, { ...base, state: 'sending' }, stored);
};
const ids = (sends: { clientId: string }[]) => sends.map((send) => send.clientId);
const stored = (clientId: string) => ({ clientId }) as Message;
const busy = new BrookError('overloaded', 'busy', { retryAfterMs: 100 });
const order = new BrookError('retry_order', 'order');

describe('RoomQueue', () => {
  it('sends in order, up to its window', () => {
    const queue = new RoomQueue();
    for (let n = 1; n <= 20; n++) add(queue, n);
    expect(ids(queue.take(0))).toEqual(Array.from({ length: 16 }, (_, i) => `m${i + 1}`));
    queue.acked('m1', stored('m1'), false);
    expect(ids(queue.take(0))).toEqual(['m17']);
  });

  it('does not let a later send overtake one that is still being written down', () => {
    const queue = new RoomQueue();
    add(queue, 1, false);
    add(queue, 2);
    expect(queue.take(0)).toEqual([]);
    queue.stored('m1');
    expect(ids(queue.take(0))).toEqual(['m1', 'm2']);
  });

  it('begins again at the refused one, after every flying one is answered and the wait is over', () => {
    const queue = new RoomQueue(() => 0);
    for (let n = 1; n <= 3; n++) add(queue, n);
    queue.take(0);
    expect(queue.postponed('m1', busy, 0)).toBe(false);
    expect(queue.take(1_000)).toEqual([]);
    queue.postponed('m2', order, 0);
    queue.postponed('m3', order, 0);
    expect(queue.take(99)).toEqual([]);
    expect(ids(queue.take(100))).toEqual(['m1']);
    queue.acked('m1', stored('m1'), false);
    expect(ids(queue.take(100))).toEqual(['m2', 'm3']);
  });

  it('asks for a new connection when the first in line is told that another must come first', () => {
    const queue = new RoomQueue();
    add(queue, 1);
    queue.take(0);
    expect(queue.postponed('m1', order, 0)).toBe(true);
  });

  it('sends everything unanswered again after a lost connection', () => {
    const queue = new RoomQueue();
    for (let n = 1; n <= 3; n++) add(queue, n);
    queue.take(0);
    const lost = new BrookError('disconnected', 'lost');
    for (const id of ['m1', 'm2', 'm3']) queue.postponed(id, lost, 0);
    expect(ids(queue.take(0))).toEqual(['m1', 'm2', 'm3']);
  });

  it('goes on past a send that is refused for good, and takes it again at the end', () => {
    const queue = new RoomQueue();
    for (let n = 1; n <= 2; n++) add(queue, n);
    queue.take(0);
    queue.failed('m1', new BrookError('forbidden', 'no'));
    expect(queue.entries.map((entry) => entry.state)).toEqual(['failed', 'sending']);
    expect(queue.again('m1', 9)?.order).toBe(9);
    queue.stored('m1');
    expect(queue.entries.map((entry) => entry.clientId)).toEqual(['m2', 'm1']);
    expect(ids(queue.take(0))).toEqual(['m1']);
  });

  it('keeps an acknowledged send in sight where its event is awaited', () => {
    const queue = new RoomQueue();
    add(queue, 1);
    queue.take(0);
    queue.acked('m1', stored('m1'), true);
    expect(queue.entries[0]).toMatchObject({ state: 'sent', message: { clientId: 'm1' } });
  });

  it('stores every send once and in order, whatever a server with retry_order refuses', () => {
    const verdicts = fc.array(fc.constantFrom('ok', 'ok', 'ok', 'busy', 'timeout', 'lost', 'ack lost'), { maxLength: 200 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 40 }), verdicts, (count, script) => {
        const queue = new RoomQueue(() => 0);
        for (let n = 1; n <= count; n++) add(queue, n);
        const server: string[] = [];
        let waitingFor: string | null = null;
        let now = 0;
        let step = 0;
        for (let round = 0; round < 1_000 && !queue.empty; round++) {
          now = Math.max(now, queue.heldUntil);
          let cut = false;
          for (const { clientId } of queue.take(now)) {
            const verdict = cut ? 'lost' : (script[step++] ?? 'ok');
            if (verdict === 'lost' || verdict === 'ack lost') {
              if (verdict === 'ack lost' && !cut && waitingFor === null && !server.includes(clientId)) server.push(clientId);
              cut = true;
              waitingFor = null;
              queue.postponed(clientId, new BrookError('disconnected', ''), now);
            } else if (waitingFor !== null && waitingFor !== clientId) {
              if (queue.postponed(clientId, order, now)) waitingFor = null;
            } else if (verdict === 'ok') {
              waitingFor = null;
              if (!server.includes(clientId)) server.push(clientId);
              queue.acked(clientId, stored(clientId), false);
            } else {
              waitingFor = clientId;
              queue.postponed(clientId, verdict === 'busy' ? busy : new BrookError('timeout', ''), now);
            }
          }
        }
        expect(queue.empty).toBe(true);
        expect(server).toEqual(Array.from({ length: count }, (_, i) => `m${i + 1}`));
      }),
      { numRuns: 300 },
    );
  });
});
