import { expect, test } from '@jest/globals';
import { type ChainLink, RecentSends, SendMap, splitByChain } from './send-chain.js';

const link = (clientId: string, prev?: string, roomId = 'r'): ChainLink => ({
  roomId,
  senderId: 's',
  clientId,
  prev,
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
  expect(splitByChain([link('b', 'a')], ({ roomId, prev }) => roomId === 'r' && prev === 'a').broken).toEqual([]);
});

test('a predecessor of another room does not', () => {
  expect(splitByChain([link('a', undefined, 'q'), link('b', 'a')], none).broken).toHaveLength(1);
});

test('the newest sends are remembered, old ones forgotten', () => {
  const sends = new RecentSends(3);
  for (const id of ['1', '2', '3', '4', '5', '6', '7']) sends.add(link(id));
  expect(['5', '6', '7'].every((id) => sends.has(link(id)))).toBe(true);
  expect(sends.has(link('1'))).toBe(false);
});

test('a client id that others chose too is another send', () => {
  const sends = new SendMap<ChainLink>();
  const [mine, elsewhere, theirs] = [link('a'), link('a', undefined, 'q'), { ...link('a'), senderId: 't' }];
  for (const send of [mine, elsewhere, theirs]) sends.add(send);
  expect([sends.get('r', 's', 'a'), sends.get('q', 's', 'a'), sends.get('r', 't', 'a')]).toEqual([mine, elsewhere, theirs]);
  expect(sends.get('q', 't', 'a')).toBeUndefined();
});
