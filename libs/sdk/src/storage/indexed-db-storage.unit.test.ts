import 'fake-indexeddb/auto';
import { expect, it } from '@jest/globals';
import { indexedDbStorage } from './indexed-db-storage.js';
import type { StoredSend } from './storage.js';

const send = (clientId: string, order: number, userId = 'u'): StoredSend => ({
  clientId,
  userId,
  roomId: 'r',
  text: clientId,
  replyTo: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  order,
  failed: null,
});

it('keeps sends in their order, one person apart from another', async () => {
  const storage = indexedDbStorage('sends');
  await storage.putSend(send('b', 2));
  await storage.putSend(send('a', 1));
  await storage.putSend(send('x', 3, 'other'));
  await storage.putSend({ ...send('b', 2), failed: 'forbidden' });
  const reopened = indexedDbStorage('sends');
  expect((await reopened.loadSends('u')).map(({ clientId, failed }) => [clientId, failed])).toEqual([
    ['a', null],
    ['b', 'forbidden'],
  ]);
  await reopened.deleteSend('a');
  expect(await storage.loadSends('u')).toHaveLength(1);
});

it('remembers and forgets a session', async () => {
  const storage = indexedDbStorage('session');
  expect(await storage.loadSession()).toBeNull();
  await storage.saveSession({ userId: 'u', refreshToken: null });
  expect(await storage.loadSession()).toEqual({ userId: 'u', refreshToken: null });
  await storage.saveSession(null);
  expect(await storage.loadSession()).toBeNull();
});
