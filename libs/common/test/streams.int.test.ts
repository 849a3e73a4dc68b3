import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { keys } from '../src/contracts/index.js';
import { InternalClient } from '../src/http/index.js';
import { createLogger } from '../src/logging/index.js';
import { closeRedis, connectRedis, type RedisClient } from '../src/redis/index.js';
import {
  bury,
  CommandProducer,
  countCommands,
  FeedConsumer,
  packSize,
  PartitionLoop,
  type RawEntry,
  StreamTail,
  toFields,
  toPack,
  toRecord,
  unpack,
} from '../src/streams/index.js';
import { eventually, type PrivateRedis, startPrivateRedis } from '../src/testing/index.js';

const logger = createLogger({ service: 'test', level: 'silent' });
const stops: (() => Promise<void> | void)[] = [];
let server: PrivateRedis;
let redis: RedisClient;

beforeAll(async () => {
  server = await startPrivateRedis();
  redis = connectRedis({ REDIS_URL: server.url }, 'commands', logger);
});
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});
afterAll(async () => {
  closeRedis(redis);
  await server.stop();
});

async function follow(key: string) {
  const ids: string[] = [];
  const gaps: string[] = [];
  const tail = new StreamTail({
    streams: [
      { key, onEntries: (entries: RawEntry[]) => void ids.push(...entries.map(([, flat]) => toFields(flat)['n'] ?? '')) },
    ],
    connect: () => connectRedis({ REDIS_URL: server.url }, 'blocking', logger),
    onGap: (reason) => void gaps.push(reason),
    logger,
  });
  stops.push(() => tail.stop());
  await tail.start();
  return { ids, gaps };
}

/** Redis' clock, which makes the ids. */
async function redisMs(): Promise<number> {
  const [seconds, micros] = (await redis.time()) as unknown as [string, string];
  return Number(seconds) * 1_000 + Math.floor(Number(micros) / 1_000);
}

const add = (key: string, n: number) => redis.xadd(key, '*', 'n', String(n));

test('a tail sees everything from its start on, in order, and nothing before', async () => {
  await add('tail:1', 0);
  const { ids } = await follow('tail:1');
  for (let n = 1; n <= 700; n++) void add('tail:1', n);
  await eventually(() => expect(ids).toHaveLength(700));
  expect(ids).toEqual(Array.from({ length: 700 }, (_, i) => String(i + 1)));
});

test('what entries cause at the end of their turn goes before the next read', async () => {
  const order: string[] = [];
  const client = connectRedis({ REDIS_URL: server.url }, 'blocking', logger);
  const xread = client.xread.bind(client) as (...args: unknown[]) => Promise<never>;
  client.xread = ((...args: unknown[]) => {
    order.push('read');
    return xread(...args);
  }) as RedisClient['xread'];
  const onEntries = () => void setImmediate(() => order.push('written'));
  const tail = new StreamTail({
    streams: [{ key: 'tail:order', onEntries }],
    connect: () => client,
    onGap: () => undefined,
    logger,
  });
  stops.push(() => tail.stop());
  await tail.start();
  await add('tail:order', 1);
  await eventually(() => expect(order).toEqual(['read', 'written', 'read']));
});

test('a tail follows on after Redis was emptied', async () => {
  const { ids } = await follow('tail:2');
  await add('tail:2', 1);
  await eventually(() => expect(ids).toEqual(['1']));
  await redis.flushall();
  // Two first entries of one millisecond have one id; such a loss shows in the numbers of what follows, not in the ids.
  const flushedAt = await redisMs();
  await eventually(async () => expect(await redisMs()).toBeGreaterThan(flushedAt));
  await add('tail:2', 2);
  await eventually(() => expect(ids).toEqual(['1', '2']));
});

test('a tail tells of a gap and reads the new stream whole when its ids went back', async () => {
  const { ids, gaps } = await follow('tail:3');
  await redis.xadd('tail:3', '9999999999999-1', 'n', '1');
  await eventually(() => expect(ids).toEqual(['1']));
  await redis.flushall();
  await add('tail:3', 2);
  await eventually(() => expect(ids).toEqual(['1', '2']), { timeout: 15_000 });
  expect(gaps).toContain('stream went back');
});

test('a tail opens packs', async () => {
  const { ids } = await follow('tail:packs');
  await redis.xadd('tail:packs', '*', ...toPack([toRecord({ n: '1' }), toRecord({ m: '0', n: '2' })]));
  await add('tail:packs', 3);
  await eventually(() => expect(ids).toEqual(['1', '2', '3']));
});

test('whoever reads streams can be stopped while Redis is away', async () => {
  const away = await startPrivateRedis();
  const connect = () => connectRedis({ REDIS_URL: away.url }, 'blocking', logger);
  const newTail = () =>
    new StreamTail({ streams: [{ key: 'away', onEntries: () => undefined }], connect, onGap: () => undefined, logger });
  const failures: string[] = [];
  const newLoop = () =>
    new PartitionLoop({
      lease: { partition: 0, owner: 'me', epoch: 1 },
      stream: 'away',
      connect,
      commit: () => Promise.reject(new Error('nothing to commit')),
      onFenced: () => undefined,
      onError: (_err, stage) => void failures.push(stage),
    });
  const tails = Array.from({ length: 6 }, newTail);
  const loops = Array.from({ length: 6 }, newLoop);
  try {
    for (const tail of tails) await tail.start();
    await away.halt();
    await eventually(() => expect(failures.length).toBeGreaterThanOrEqual(4 * loops.length));
    // In any state of a connection that comes and goes: most of the time it waits for the next attempt, with a question.
    const stopped: Promise<void>[] = [];
    for (const reader of [...tails, ...loops]) {
      stopped.push(reader.stop());
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await Promise.all(stopped);
  } finally {
    await away.stop();
  }
});

/** A feed's owner: real HTTP over a list of changes. */
async function feedOwner(
  changes: { n: number; type: string; key: string; data: unknown }[],
  trimmed?: () => number,
): Promise<InternalClient> {
  const http: Server = createServer((req, res) => {
    const url = new URL(req.url ?? '', 'http://localhost');
    const [after, limit] = ['after', 'limit'].map((name) => Number(url.searchParams.get(name))) as [number, number];
    const body = url.pathname.endsWith('/heads')
      ? { heads: { 0: changes.at(-1)?.n ?? 0 } }
      : { changes: changes.filter(({ n }) => n > after).slice(0, limit), trimmed: trimmed?.() };
    res.setHeader('content-type', 'application/json').end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  stops.push(() => {
    http.closeAllConnections();
    http.close();
  });
  return new InternalClient(`http://127.0.0.1:${(http.address() as AddressInfo).port}`, 'key');
}

const raw = (n: number): RawEntry => [`${n}-0`, ['type', 't', 'n', String(n), 'key', 'k', 'data', '{}']];

test('a command is buried once, also when its publisher died before the command left its stream', async () => {
  const letters = keys.deadLetters('messages', 5);
  const command = (id: string): RawEntry => [id, ['type', 'message.send', 'key', id]];
  await bury(redis, 'messages', 5, command('1-1'), 'broken');
  await bury(redis, 'messages', 5, command('1-2'), 'broken too');
  await bury(redis, 'messages', 5, command('1-1'), 'broken');
  const buried = (await redis.xrange(letters, '-', '+')).map(([, flat]) => toFields(flat));
  expect(buried.map(({ entry, error }) => [entry, error])).toEqual([
    ['1-1', 'broken'],
    ['1-2', 'broken too'],
  ]);
});

test('a feed applies what follows on, drops what it has, and pulls what is missing', async () => {
  const changes = Array.from({ length: 9 }, (_, i) => ({ n: i + 1, type: 't', key: 'k', data: {} }));
  const applied: number[] = [];
  const feed = new FeedConsumer<Record<string, unknown>>({
    feed: 'test',
    partitions: 1,
    owner: await feedOwner(changes),
    cursors: new Map([[0, 9]]),
    apply: (_partition, batch) => void applied.push(...batch.map(({ n }) => n)),
    logger,
  });
  stops.push(() => feed.stop());
  await feed.start();
  changes.push({ n: 10, type: 't', key: 'k', data: {} });
  await feed.onEntries(0, [raw(9), raw(10)]);
  expect(applied).toEqual([10]);
  changes.push(...[11, 12, 13].map((n) => ({ n, type: 't', key: 'k', data: {} })));
  await feed.onEntries(0, [raw(13)]);
  expect(applied).toEqual([10, 11, 12, 13]);
  expect(feed.cursor(0)).toBe(13);
});

test('a feed whose owner lost its newest changes is followed on from where it stands', async () => {
  const changes = [1, 2, 3].map((n) => ({ n, type: 't', key: 'before', data: {} }));
  const applied: [number, string][] = [];
  const feed = new FeedConsumer<Record<string, unknown>>({
    feed: 'test',
    partitions: 1,
    owner: await feedOwner(changes),
    cursors: new Map([[0, 3]]),
    apply: (_partition, batch) => void applied.push(...batch.map(({ n, key }): [number, string] => [n, key])),
    logger,
  });
  stops.push(() => feed.stop());
  changes.splice(1);
  await feed.pullAll();
  expect(feed.cursor(0)).toBe(1);
  changes.push({ n: 2, type: 't', key: 'after', data: {} });
  await feed.pullAll();
  expect(applied).toEqual([[2, 'after']]);
});

test('a feed whose change cannot be applied stays where it is and tries again', async () => {
  const changes = [{ n: 1, type: 't', key: 'k', data: {} }];
  let failures = 1;
  const applied: number[] = [];
  const feed = new FeedConsumer<Record<string, unknown>>({
    feed: 'test',
    partitions: 1,
    owner: await feedOwner(changes),
    cursors: new Map([[0, 0]]),
    apply: (_partition, batch) => {
      if (failures-- > 0) throw new Error('the database is away');
      applied.push(...batch.map(({ n }) => n));
    },
    logger,
  });
  stops.push(() => feed.stop());
  await feed.onEntries(0, [raw(1)]);
  expect(feed.cursor(0)).toBe(0);
  await feed.onEntries(0, [raw(1)]);
  expect(applied).toEqual([1]);
});

test('who comes back from before what a feed still has is told so, before the rest is applied; others are not', async () => {
  const changes = [3, 9, 10].map((n) => ({ n, type: 't', key: 'k', data: {} }));
  const follow = async (cursor: number) => {
    const seen: (number | string)[] = [];
    const feed = new FeedConsumer<Record<string, unknown>>({
      feed: 'test',
      partitions: 1,
      owner: await feedOwner(changes, () => 8),
      cursors: new Map([[0, cursor]]),
      apply: (_partition, batch) => void seen.push(...batch.map(({ n }) => n)),
      onTrimmed: (partition) => void seen.push(`trimmed in ${partition}`),
      logger,
    });
    stops.push(() => feed.stop());
    await feed.pullAll();
    await feed.pullAll();
    return seen;
  };
  expect(await follow(2)).toEqual(['trimmed in 0', 3, 9, 10]);
  expect(await follow(7)).toEqual(['trimmed in 0', 9, 10]);
  expect(await follow(8)).toEqual([9, 10]);
});

test('a feed that is trimmed while it is read in pages tells so again', async () => {
  const changes = Array.from({ length: 600 }, (_, i) => ({ n: i + 1, type: 't', key: 'k', data: {} }));
  const trims = [50, 550];
  const seen: string[] = [];
  const feed = new FeedConsumer<Record<string, unknown>>({
    feed: 'test',
    partitions: 1,
    owner: await feedOwner(changes, () => trims.shift() ?? 550),
    cursors: new Map([[0, 10]]),
    apply: (_partition, batch) => void seen.push(`up to ${batch.at(-1)?.n}`),
    onTrimmed: () => void seen.push('trimmed'),
    logger,
  });
  stops.push(() => feed.stop());
  await feed.pullAll();
  expect(seen).toEqual(['trimmed', 'up to 510', 'trimmed', 'up to 600']);
});
