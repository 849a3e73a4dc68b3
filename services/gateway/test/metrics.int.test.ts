import { hostname } from 'node:os';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventually } from '@brook/common/testing';
import pg from 'pg';
import { newName, type Person, Rest } from './support/rest.js';
import { SocketClient } from './support/socket-client.js';
import { type Stack, type StackService, startStack } from './support/stack.js';

let stack: Stack;
let rest: Rest;
let person: Person;
let client: SocketClient;
let roomId: string;

const CLIENT_ID = '01890000-0000-7000-8000-000000000001';

beforeAll(async () => {
  stack = await startStack({ env: { CANARY_USERNAME: newName(), CANARY_PASSWORD: 'a password of the canary' } });
  rest = new Rest(stack.url);
  person = await rest.signUp();
  roomId = (await rest.createRoom(person)).id;
  client = await SocketClient.enter(stack.url, person.token);
  await client.request('room.subscribe', { roomId });
  await client.request('room.subscribe', { roomId });
  for (const text of ['one', 'one again']) await client.request('message.send', { roomId, clientId: CLIENT_ID, text });
});
afterAll(async () => {
  await client.leave();
  await stack.stop();
});

/** Value of a figure: the sum of its samples that carry all these labels. Undefined when there is none. */
async function figure(service: StackService, name: string, labels: Record<string, string> = {}): Promise<number | undefined> {
  const text = await (await fetch(`${stack.processes[service].internalUrl}/metrics`)).text();
  const wanted = Object.entries({ service, ...labels }).map(([key, value]) => `${key}="${value}"`);
  const samples = text.split('\n').filter((line) => line.startsWith(`${name}{`) && wanted.every((label) => line.includes(label)));
  return samples.length === 0 ? undefined : samples.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}

test('the gateway counts sockets, frames, acks, deliveries and reads of the cache', async () => {
  expect(await figure('gateway', 'brook_gateway_sockets')).toBe(2);
  expect(await figure('gateway', 'brook_gateway_frames_total', { type: 'room.subscribe' })).toBeGreaterThanOrEqual(2);
  expect(await figure('gateway', 'brook_gateway_acks_total')).toBeGreaterThanOrEqual(4);
  expect(await figure('gateway', 'brook_gateway_deliveries_total')).toBeGreaterThanOrEqual(1);
  expect(await figure('gateway', 'brook_cache_reads_total')).toBeGreaterThanOrEqual(2);
  expect(await figure('gateway', 'brook_gateway_commands_waiting')).toBeGreaterThanOrEqual(0);
  client.send({ type: 'no such frame' });
  await client.barrier();
  expect(await figure('gateway', 'brook_gateway_frames_total', { type: 'invalid' })).toBe(1);
});

test('times of sending lie between nothing and ten seconds', async () => {
  for (const name of ['send_to_ack', 'send_to_delivery']) {
    const count = (await figure('gateway', `brook_gateway_${name}_seconds_count`)) ?? 0;
    const sum = (await figure('gateway', `brook_gateway_${name}_seconds_sum`)) ?? 0;
    expect(count).toBeGreaterThanOrEqual(1);
    expect(sum / count).toBeGreaterThan(0);
    expect(sum / count).toBeLessThan(10);
  }
});

test('the canary sends and hears itself', async () => {
  await eventually(async () => ((await figure('gateway', 'brook_canary_rounds_total', { outcome: 'ok' })) ?? 0) > 0);
  const last = (await figure('gateway', 'brook_canary_last_success_timestamp_seconds')) ?? 0;
  expect(Math.abs(Date.now() / 1_000 - last)).toBeLessThan(60);
  expect(await figure('gateway', 'brook_canary_rounds_total', { outcome: 'failed' })).toBeUndefined();
});

test.each(['messages', 'rooms', 'users'] as const)(
  'the %s service tells of its partitions, batches and pool',
  async (service) => {
    expect(await figure(service, 'brook_partitions')).toBe(2);
    await eventually(async () => (await figure(service, 'brook_partitions_held')) === 2);
    expect(await figure(service, 'brook_lease_changes_total', { change: 'taken' })).toBe(2);
    for (const partition of ['0', '1']) {
      expect(await figure(service, 'brook_command_lag_seconds', { partition })).toBeLessThan(10);
      expect(await figure(service, 'brook_commands_pending', { partition })).toBeLessThan(10);
      // There before the first one: its alert asks for growth.
      expect(await figure(service, 'brook_dead_letters_total', { partition })).toBe(0);
    }
    expect(await figure(service, 'brook_db_pool_connections', { state: 'max' })).toBe(10);
    expect(await figure(service, 'nodejs_eventloop_lag_p99_seconds')).toBeGreaterThanOrEqual(0);
  },
);

test('the holder of a partition is named by machine and process', async () => {
  const database = new pg.Client({ connectionString: stack.databaseUrl });
  await database.connect();
  const schemas = ['messages', 'rooms', 'users'].map((schema) => `SELECT owner FROM ${schema}.leases`);
  const { rows } = await database.query<{ owner: string }>(schemas.join(' UNION '));
  await database.end();
  expect(rows.map(({ owner }) => owner.replace(/:\d+:[\da-f-]{36}$/, ''))).toEqual([hostname(), hostname(), hostname()]);
});

test('executed and repeated commands are counted', async () => {
  const executed = (await figure('messages', 'brook_commands_total')) ?? 0;
  expect(executed).toBeGreaterThanOrEqual(2);
  expect(await figure('messages', 'brook_duplicates_total')).toBeGreaterThanOrEqual(1);
  expect(await figure('messages', 'brook_batch_size_sum')).toBe(executed);
  expect(await figure('messages', 'brook_batch_seconds_count')).toBe(await figure('messages', 'brook_batch_size_count'));
  expect(await figure('rooms', 'brook_commands_total')).toBeGreaterThanOrEqual(1);
});
