import { readFileSync } from 'node:fs';
import { keys, partitionOf } from '@brook/common/contracts';
import { eventually } from '@brook/common/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { check, expectKept } from './checker.js';
import { PARTITIONS, System } from './cluster.js';
import { Load } from './load.js';
import { RawClient } from './raw-client.js';
import { seeded } from './random.js';
import { FULL, pass, runSeed, say, seconds } from './scenario.js';

/* Many clients at once (6 and 10); in `npm test` fewer than the fault list asks for. */

const SUBSCRIBERS = FULL ? 500 : 120;
const DROPPED = FULL ? 2_000 : 240;

let system: System;
beforeAll(async () => {
  system = await System.start();
}, 90_000);
afterAll(() => system?.stop(), 60_000);

const MESSAGES = 150;
const EVERY_MS = 40;
/** 12 MB and more: what Linux buffers for a connection by default, at most, and our own bound. */
const FLOOD = 1_500;
/** 12 KB in UTF-8. */
const LONG_TEXT = '가'.repeat(3_900);
const MEMORY_BOUND = 160 * 1024 * 1024;

test('6. a subscriber that reads nothing: memory stays bounded, the others do not notice', async () => {
  const load = await Load.prepare(system, { random: seeded(6), senders: 0, observersPerGateway: 0, roomsPerPartition: 1 });
  const clients: RawClient[] = [];
  try {
    const [roomId, floodRoomId] = load.roomIds as [string, string];
    const token = await load.guestToken(0);
    const sentAt: number[] = [];
    const latencies: number[] = [];
    for (let i = 0; i <= SUBSCRIBERS; i++) {
      const client = new RawClient(system.gatewayUrl(0), token);
      clients.push(client);
      await client.hello();
      await client.ask({ type: 'room.subscribe', roomId });
    }
    const [slow, ...others] = clients as [RawClient, ...RawClient[]];
    let closed = 0;
    for (const client of others) {
      client.dump();
      const { socket } = client;
      let n = 0;
      socket.on('close', () => closed++);
      // By its size it is a message; what it says is checked elsewhere.
      socket.on('message', (data: Buffer) => {
        if (data.length > LONG_TEXT.length) latencies.push(performance.now() - (sentAt[n++] ?? 0));
      });
    }
    await slow.ask({ type: 'room.subscribe', roomId: floodRoomId });
    slow.socket.pause();
    const gateway = system.of('gateway')[0] as { pid: number };
    const before = residentBytes(gateway.pid);
    let most = before;
    await load.owner.connect();
    // Nobody else hears this: it fills what the system buffers for the one who does not read.
    const flood = Array.from({ length: FLOOD }, () => load.owner.send(floodRoomId, LONG_TEXT));
    const sends: Promise<unknown>[] = [];
    for (let i = 0; i < MESSAGES; i++) {
      sentAt.push(performance.now());
      sends.push(load.owner.send(roomId, LONG_TEXT));
      most = Math.max(most, residentBytes(gateway.pid));
      await pass(EVERY_MS);
    }
    await Promise.all([...sends, ...flood]);
    await eventually(() => latencies.length === MESSAGES * SUBSCRIBERS, { timeout: 20_000 });
    const p99 = latencies.sort((a, b) => a - b)[Math.floor(latencies.length * 0.99)] as number;
    const gone = await gatewayFigure('brook_gateway_slow_consumers_total');
    const grown = Math.round((most - before) / 1024 / 1024);
    say(
      `${SUBSCRIBERS} subscribers, ${MESSAGES} messages of 12 KB: p99 ${Math.round(p99)} ms; gateway +${grown} MiB; ${gone} slow consumer closed`,
    );
    expect(gone).toBe(1);
    expect(closed).toBe(0);
    expect(p99).toBeLessThan(1_000);
    expect(most - before).toBeLessThan(MEMORY_BOUND);
  } finally {
    for (const client of clients) client.close();
    await load.close();
  }
}, 120_000);

/** More than the recent cache holds are missed by everybody: no cursor can be answered from it. */
const MISSED = 40;

test('10. everybody dropped at once: all resume, with one history query per room and gateway', async () => {
  const options = { random: seeded(runSeed()), senders: 4, observersPerGateway: DROPPED / 2 };
  const load = await Load.prepare(system, options);
  try {
    // They are dropped in the midst of talk: their cursors differ.
    for (const [i, observer] of load.observers.entries()) if (i % 3 === 0) observer.drop();
    await talk(load, 5);
    for (const observer of load.observers) observer.drop();
    await talk(load, MISSED);
    await forgetRecent(load.roomIds);
    const queries = new Map<string, number>();
    const balancer = system.balancers.get('messages');
    if (!balancer) throw new Error('no balancer');
    balancer.onRequest = (chunk) => {
      for (const [query] of chunk.toString('latin1').matchAll(/(GET|POST) \/internal\/rooms\/[^ ]+/g))
        queries.set(query, (queries.get(query) ?? 0) + 1);
    };
    const since = performance.now();
    for (const observer of load.observers) observer.rejoin();
    await eventually(() => load.observers.every(({ live }) => live), { timeout: 60_000 });
    balancer.onRequest = undefined;
    const asked = [...queries.values()].reduce((sum, n) => sum + n, 0);
    say(
      `${DROPPED} clients in ${load.roomIds.length} rooms each: all back after ${seconds(performance.now() - since)}, ${asked} history queries`,
    );
    await load.quiesce();
    expectKept(system, await check(system, load));
    const bound = load.roomIds.length * system.of('gateway').length;
    expect(asked > bound ? [...queries] : []).toEqual([]);
  } finally {
    await load.close();
  }
}, 120_000);

/** Everybody says `count` things in each of their rooms. */
async function talk(load: Load, count: number): Promise<void> {
  for (const sender of load.senders)
    for (const { roomId } of sender.subscriptions) for (let i = 0; i < count; i++) sender.send(roomId);
  await eventually(() => load.senders.every(({ pending }) => pending === 0), { timeout: 20_000 });
}

/** The recent caches are gone, as if they had expired. */
async function forgetRecent(roomIds: string[]): Promise<void> {
  await system.redis.run(async (client) => {
    for (const roomId of roomIds) {
      const partition = partitionOf(roomId, PARTITIONS);
      await client.del(keys.recent(partition, roomId), keys.recentMeta(partition, roomId));
    }
  });
}

/** Resident memory of a process, in bytes. */
function residentBytes(pid: number): number {
  const kib = /VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Number(kib) * 1024;
}

/** A figure of the first gateway, summed over its labels. */
async function gatewayFigure(name: string): Promise<number> {
  const port = system.of('gateway')[0]?.internalPort;
  const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name));
  return lines.reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0);
}
