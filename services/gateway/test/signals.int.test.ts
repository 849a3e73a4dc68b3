import { randomUUID } from 'node:crypto';
import { afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { keys, type Signal } from '@brook/common/contracts';
import { createLogger } from '@brook/common/logging';
import { freshRedis } from '@brook/common/testing';
import { Redis } from 'ioredis';
import { Signals } from '../src/presence/signals.js';

let url: string;
let publisher: Redis;
let other: Redis;
let signals: Signals;
/** What came that was sent in this test; the channel is shared with other tests. */
let heard: string[];
/** Messages that it came in. */
let messages: number;
let arrived: (() => void) | undefined;
const gateway = `${randomUUID()} `;

beforeAll(async () => {
  url = await freshRedis();
});
beforeEach(async () => {
  heard = [];
  messages = 0;
  publisher = new Redis(url);
  other = new Redis(url);
  signals = new Signals({
    publisher,
    subscriber: new Redis(url),
    onSignal: (signal) => {
      if (signal.type !== 'gateway' || !signal.gateway.startsWith(gateway)) return;
      heard.push(signal.gateway.slice(gateway.length));
      if (signal.gateway.endsWith('last')) arrived?.();
    },
    logger: createLogger({ service: 'test', level: 'silent' }),
  });
  await signals.start();
  other.on('message', (_channel: string, text: string) => {
    if (text.includes(gateway)) messages++;
  });
  await other.subscribe(keys.signals);
});
afterEach(() => {
  signals.stop();
  publisher.disconnect();
  other.disconnect();
});

const beat = (name: string): Signal => ({ type: 'gateway', gateway: `${gateway}${name}` });

test('one that comes alone is heard, too', async () => {
  const last = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  await publisher.publish(keys.signals, JSON.stringify(beat('last')));
  await last;
  expect(heard).toEqual(['last']);
});

test('what is sent at once comes in order, in messages of a hundred', async () => {
  const last = new Promise<void>((resolve) => {
    arrived = resolve;
  });
  const names = [...Array.from({ length: 249 }, (_, i) => String(i)), 'last'];
  for (const name of names) signals.send(beat(name));
  await last;
  expect(heard).toEqual(names);
  await other.ping();
  expect(messages).toBe(3);
});
