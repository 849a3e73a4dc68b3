import { expect, jest, test } from '@jest/globals';
import { canListen, freePort } from './free-port.js';

const many = (ask: typeof freePort) => Promise.all(Array.from({ length: 300 }, () => ask()));

test('who asks for many ports before listening on one gets as many, and nobody else is given one of them', async () => {
  const ports = await many(freePort);
  expect(await canListen(ports[0] as number, '127.0.0.1')).toBe(true);
  jest.resetModules();
  // Knows nothing of what the first one gave, as another process would not.
  const other = await import('./free-port.js');
  expect(other.freePort).not.toBe(freePort);
  expect(new Set([...ports, ...(await many(other.freePort))]).size).toBe(600);
});
