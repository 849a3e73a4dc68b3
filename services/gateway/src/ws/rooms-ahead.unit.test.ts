import { randomUUID } from 'node:crypto';
import type { ClientFrame } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { expect, test } from '@jest/globals';
import { PreparedAnswer } from '../fanout/prepared-answer.js';
import { RoomsAhead } from './rooms-ahead.js';

const history = new PreparedAnswer({ mode: 'snapshot', messages: [], lastSeq: 0, lastRev: 0, source: 'cache' });
const subscribe = (since?: number): ClientFrame<'room.subscribe'> => ({
  type: 'room.subscribe',
  id: '1',
  roomId: randomUUID(),
  ...(since === undefined ? {} : { since }),
});

/** Rooms ahead that note what they ask for. */
function start(read: () => Promise<PreparedAnswer> | undefined) {
  const asked: unknown[][] = [];
  const ahead = new RoomsAhead({
    access: {
      async prepare(...args) {
        asked.push(args);
      },
    },
    registry: {
      readAhead(...args) {
        asked.push(args);
        return read();
      },
    },
  });
  return { ahead, asked };
}

test('asks for standing and history of the frame’s room, and keeps them for that frame only', async () => {
  const { ahead, asked } = start(() => Promise.resolve(history));
  const frame = subscribe(7);
  ahead.look('ann', frame);
  expect(asked).toEqual([
    [frame.roomId, 7],
    ['ann', frame.roomId],
  ]);
  expect(await ahead.of(frame)?.history).toBe(history);
  expect(await ahead.of(frame)?.standing).toBeUndefined();
  expect(ahead.of({ ...frame })).toBeUndefined();
});

test('a history that nobody waits for may fail unheard; whoever waits hears of it', async () => {
  const { ahead } = start(() => Promise.reject(new AppError('unavailable')));
  const frame = subscribe();
  ahead.look('ann', frame);
  await new Promise((resolve) => setImmediate(resolve));
  await expect(ahead.of(frame)?.history).rejects.toMatchObject({ code: 'unavailable' });
});

test('where nobody listens there is no history', () => {
  const { ahead } = start(() => undefined);
  const frame = subscribe();
  ahead.look('ann', frame);
  expect(ahead.of(frame)).toMatchObject({ history: undefined });
});
