import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createLogger } from '../src/logging/index.js';
import { closeRedis, connectRedis, type RedisClient } from '../src/redis/index.js';
import { packSize, PartitionLoop, toPack } from '../src/streams/index.js';
import { eventually, freshRedis } from '../src/testing/index.js';

const logger = createLogger({ service: 'test', level: 'silent' });
let config: { REDIS_URL: string };
let redis: RedisClient;

beforeAll(async () => {
  config = { REDIS_URL: await freshRedis() };
  redis = connectRedis(config, 'commands', logger);
});
afterAll(() => closeRedis(redis));

/** Works a stream off; `refuses` says of how many commands a batch fails. Ids in the order of the commits, and the sizes that were tried. */
async function workOff(stream: string, refuses: (commands: number) => boolean): Promise<{ done: string[]; sizes: number[] }> {
  const done: string[] = [];
  const sizes: number[] = [];
  const loop = new PartitionLoop({
    lease: { partition: 0, owner: 'me', epoch: 1 },
    stream,
    connect: () => connectRedis(config, 'blocking', logger),
    commit: (_lease, batch) => {
      const commands = batch.reduce((sum, entry) => sum + packSize(entry), 0);
      sizes.push(commands);
      if (refuses(commands)) return Promise.reject(new Error('the transaction took too long'));
      done.push(...batch.map(([id]) => id));
      return Promise.resolve({ publish: async () => void (await redis.xdel(stream, ...batch.map(([id]) => id))) });
    },
    onFenced: () => undefined,
    onError: () => undefined,
  });
  try {
    await eventually(async () => expect(await redis.xlen(stream)).toBe(0));
  } finally {
    await loop.stop();
  }
  return { done, sizes };
}

test('a backlog whose batches take the database too long is worked off in smaller ones, in order', async () => {
  const ids = await Promise.all(Array.from({ length: 700 }, (_, n) => redis.xadd('loop:1', '*', 'n', String(n))));
  const { done, sizes } = await workOff('loop:1', (commands) => commands > 100);
  expect(done).toEqual(ids);
  expect(Math.max(...sizes)).toBe(512);
});

test('a batch is bounded in commands, however many an entry holds', async () => {
  // The first entries tell nothing of how much the later ones hold.
  const held = [...Array.from({ length: 300 }, () => 1), ...Array.from({ length: 60 }, () => 32), 700, 1];
  const ids = await Promise.all(
    held.map((size) => redis.xadd('loop:2', '*', ...toPack(Array.from({ length: size }, () => 'n\u001f1')))),
  );
  const { done, sizes } = await workOff('loop:2', () => false);
  expect(done).toEqual(ids);
  // Only the entry that alone holds more is a larger batch.
  expect(sizes.filter((size) => size > 512)).toEqual([700]);
  expect(sizes.length).toBeLessThan(20);
});
