import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLogger } from '../src/logging/index.js';
import { closeRedis, connectRedis, type RedisClient } from '../src/redis/index.js';
import { type RawEntry, scrubStream, toFields, toPack, toRecord, unpack } from '../src/streams/index.js';
import { type PrivateRedis, startPrivateRedis } from '../src/testing/index.js';

let server: PrivateRedis;
let redis: RedisClient;

beforeAll(async () => {
  server = await startPrivateRedis();
  redis = connectRedis({ REDIS_URL: server.url }, 'commands', createLogger({ service: 'test', level: 'silent' }));
});
afterAll(async () => {
  closeRedis(redis);
  await server.stop();
});

const [gone, other] = [randomUUID(), randomUUID()];
const event = (room: string, text: string) => ({ type: 'message.created', room, rev: '1', message: JSON.stringify({ text }) });

test('what a stream holds of a deleted room goes, in packs and alone; who merely names it stays', async () => {
  const flat = (fields: object) => Object.entries(fields).flat() as string[];
  const pack = (...events: object[]) => toPack(events.map(toRecord));
  const entries = [
    flat(event(gone, 'alone')),
    pack(event(gone, 'in a pack')),
    pack(event(other, 'beside it'), event(gone, 'with another room')),
    flat({ type: 'reply', body: JSON.stringify({ id: gone }) }),
    flat({ entry: '1-0', fields: JSON.stringify(['type', 'message.send', 'key', gone, 'data', '{}']) }),
    flat(event(other, `names ${gone}`)),
    pack(event(other, `names ${gone}, too`), event(other, gone)),
  ];
  for (const entry of entries) await redis.xadd('scrubbed', '*', ...entry);
  expect(await scrubStream(redis, 'scrubbed', [gone])).toBe(5);
  const left = ((await redis.xrange('scrubbed', '-', '+')) as RawEntry[]).flatMap(unpack).map(([, fields]) => toFields(fields));
  expect(left.map(({ message }) => (JSON.parse(message ?? '') as { text: string }).text)).toEqual([
    `names ${gone}`,
    `names ${gone}, too`,
    gone,
  ]);
});
