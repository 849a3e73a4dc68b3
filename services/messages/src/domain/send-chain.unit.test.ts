import { expect, test } from '@jest/globals';
import { type ChainLink, linkKey, RecentSends, splitByChain } from './send-chain.js';

const link = (clientId: string, prev?: string, roomId = 'r'): ChainLink => ({
  roomId,
  senderId: 's',
  clientId,
  prev,
  key: linkKey(roomId, 's', clientId),
});
const none = () => false;

test('a send without a predecessor is in order', () => {
  expect(splitByChain([link('a'), link('b')], none).broken).toEqual([]);
});

test('a chain within one batch is in order', () => {
  expect(splitByChain([link('a'), link('b', 'a'), link('c', 'b')], none).inOrder).toHaveLength(3);
});

test('when one is missing, all that follow it are held back', () => {
  const { inOrder, broken } = splitByChain([link('b', 'a'), link('c', 'b'), link('x')], none);
  expect(inOrder.map(({ clientId }) => clientId)).toEqual(['x']);
  expect(broken.map(({ clientId }) => clientId)).toEqual(['b', 'c']);
});

test('a predecessor that is stored counts', () => {
  expect(splitByChain([link('b', 'a')], (key) => key === linkKey('r', 's', 'a')).broken).toEqual([]);
});

test('a predecessor of another room does not', () => {
  expect(splitByChain([link('a', undefined, 'q'), link('b', 'a')], none).broken).toHaveLength(1);
});

test('the newest sends are remembered, old ones forgotten', () => {
  const sends = new RecentSends(3);
  for (const key of ['1', '2', '3', '4', '5', '6', '7']) sends.add(key);
  expect(['5', '6', '7'].every((key) => sends.has(key))).toBe(true);
  expect(sends.has('1')).toBe(false);
});
