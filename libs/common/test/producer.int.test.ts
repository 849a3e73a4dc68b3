import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { keys } from '../src/contracts/index.js';
import { createLogger } from '../src/logging/index.js';
import { closeRedis, connectRedis, type RedisClient } from '../src/redis/index.js';
import {
  CommandProducer,
  countCommands,
  idTime,
  packSize,
  type RawEntry,
  toFields,
  toPack,
  toRecord,
  unpack,
} from '../src/streams/index.js';
import { eventually, freshRedis } from '../src/testing/index.js';

const logger = createLogger({ service: 'test', level: 'silent' });
const opened: RedisClient[] = [];
let url: string;
let redis: RedisClient;

beforeAll(async () => {
  url = await freshRedis();
  redis = connectRedis({ REDIS_URL: url }, 'commands', logger);
});
afterEach(async () => {
  opened.splice(0).forEach(closeRedis);
  await redis.flushdb();
});
afterAll(() => closeRedis(redis));

async function newProducer(backlogLimit: number): Promise<CommandProducer> {
  const client = connectRedis({ REDIS_URL: url }, 'producer', logger);
  opened.push(client);
  await new Promise<void>((resolve) => client.once('ready', () => resolve()));
  return new CommandProducer(client, { partitions: 1, backlogLimit });
}

const entriesOf = async (stream: string) => (await redis.xrange(stream, '-', '+')) as RawEntry[];

test('commands of one partition stand in the order of the calls, several to an entry', async () => {
  const producer = await newProducer(10_000);
  const entry = (n: number) => ({ type: 'message.send', key: 'room', actor: '{}', data: String(n) });
  const ids = await Promise.all(Array.from({ length: 1_200 }, (_, n) => producer.send('messages', entry(n))));
  const stored = await entriesOf(keys.commands('messages', 0));
  expect([...new Set(ids)]).toEqual(stored.map(([id]) => id));
  const numbers = stored.flatMap(unpack).map(([, flat]) => Number(toFields(flat)['data']));
  expect(numbers).toEqual(Array.from({ length: 1_200 }, (_, n) => n));
  expect(Math.max(...stored.map(packSize))).toBe(32);
  expect(stored.length).toBeLessThan(50);
});

test('a command that comes alone is a pack of one; one with a separator among what a client chose is in none', async () => {
  const stream = keys.commands('rooms', 0);
  const producer = await newProducer(10_000);
  const entry = (trace: string) => ({ type: 'room.update', key: 'room', actor: '{}', data: '{}', trace });
  await producer.send('rooms', entry('alone'));
  const traces = ['a', 'b', 'odd \u001f one', 'c', 'd', 'odd \u001e two'];
  await Promise.all(traces.map((trace) => producer.send('rooms', entry(trace))));
  const stored = await entriesOf(stream);
  expect(stored.map(packSize)).toEqual([1, 2, 1, 2, 1]);
  expect(stored.map(([, flat]) => flat[0])).toEqual(['count', 'count', 'type', 'count', 'type']);
  expect(stored.flatMap(unpack).map(([, flat]) => toFields(flat)['trace'])).toEqual(['alone', ...traces]);
});

test('long commands share no entry with many others', async () => {
  const producer = await newProducer(10_000);
  const data = JSON.stringify('x'.repeat(20_000));
  const send = () => producer.send('users', { type: 'user.update', key: 'u', actor: '{}', data });
  await Promise.all(Array.from({ length: 5 }, send));
  expect((await entriesOf(keys.commands('users', 0))).map(packSize)).toEqual([2, 2, 1]);
});

test('what waits is counted in commands, beyond the first entries by their average', async () => {
  const two = toPack([toRecord({ n: '1' }), toRecord({ n: '2' })]);
  const three = toPack(['a', 'b', 'c']);
  expect(await countCommands(redis, 'waiting')).toEqual({ pending: 0, oldestAt: undefined });
  const first = String(await redis.xadd('waiting', '*', ...two));
  await redis.xadd('waiting', '*', 'n', '3');
  expect(await countCommands(redis, 'waiting')).toEqual({ pending: 3, oldestAt: idTime(first) });
  for (let n = 0; n < 98; n++) await redis.xadd('waiting', '*', ...three);
  // The first twenty: 2, 1 and eighteen times 3.
  expect((await countCommands(redis, 'waiting')).pending).toBe((100 * 57) / 20);
});

test('past the backlog limit commands are refused, until the backlog is gone', async () => {
  const producer = await newProducer(10);
  const send = () => producer.send('users', { type: 'user.update', key: 'u', actor: '{}', data: '{}' });
  for (let n = 0; n < 11; n++) await send();
  await expect(send()).rejects.toMatchObject({ code: 'overloaded' });
  await redis.del(keys.commands('users', 0));
  await eventually(() => expect(send()).resolves.toMatch(/-/));
});

test('the backlog is counted in commands, as many to an entry as this gateway has put there on average', async () => {
  const stream = keys.commands('users', 0);
  const producer = await newProducer(5_000);
  const send = () => producer.send('users', { type: 'user.update', key: 'u', actor: '{}', data: '{}' });
  const burst = () => Promise.all(Array.from({ length: 32 }, send));
  // One burst says little of what others put there.
  for (let n = 0; n < 300; n++) await redis.xadd(stream, '*', 'another', 'gateway');
  await burst();
  await expect(burst()).resolves.toHaveLength(32);
  await redis.del(stream);
  const refused = async () => {
    for (let n = 0; n < 400; n++) await burst();
  };
  await expect(refused()).rejects.toMatchObject({ code: 'overloaded' });
  expect(await redis.xlen(stream)).toBeLessThan(400);
});

test('without Redis a command is refused as unavailable, not kept', async () => {
  const client = connectRedis({ REDIS_URL: 'redis://127.0.0.1:1' }, 'producer', logger);
  opened.push(client);
  const producer = new CommandProducer(client, { partitions: 1, backlogLimit: 10 });
  const refused = producer.send('users', { type: 'user.update', key: 'u', actor: '{}', data: '{}' });
  await expect(refused).rejects.toMatchObject({ code: 'unavailable' });
});
