import { expect, test } from '@jest/globals';
import { canListen, freePort } from './free-port.js';

test('a process that asks for many ports before it listens on one gets as many', async () => {
  const ports = await Promise.all(Array.from({ length: 300 }, () => freePort()));
  expect(new Set(ports).size).toBe(300);
  expect(await canListen(ports[0] as number, '127.0.0.1')).toBe(true);
});
