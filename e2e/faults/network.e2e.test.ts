import { eventually } from '@brook/common/testing';
import { afterAll, afterEach, beforeAll, describe, test } from '@jest/globals';
import { System } from './cluster.js';
import { pick } from './random.js';
import type { Replica } from './replica.js';
import { FULL, pass, say, seconds, underLoad } from './scenario.js';
import type { TcpProxy } from './tcp-proxy.js';

/* A network that swallows, delays and cuts, between services and their stores and between clients and gateways (5). */

let system: System;
beforeAll(async () => {
  system = await System.start({ proxied: true });
}, 90_000);
afterEach(async () => {
  for (const { redis, postgres } of system.links.values()) for (const link of [redis, postgres, ...system.fronts]) link?.heal();
  await system.restoreAll();
}, 60_000);
afterAll(() => system?.stop(), 60_000);

const redisOf = (replica: Replica): TcpProxy => (system.links.get(replica) as { redis: TcpProxy }).redis;

describe('5. the network', () => {
  test(
    'black holes between a gateway and Redis and between an owner and Postgres: no RST, no answer',
    () =>
      underLoad(system, 'black holes gateway-redis, owner-postgres', async ({ random }) => {
        const links = [
          redisOf(pick(random, system.of('gateway'))),
          system.links.get(await system.owner('messages', 1))?.postgres as TcpProxy,
        ];
        for (const link of links) link.blackHole = true;
        await pass(3_000);
        for (const link of links) link.heal();
      }),
    90_000,
  );

  test(
    'a black hole between an owner and Redis',
    () =>
      underLoad(system, 'black hole owner-redis', async () => {
        const link = redisOf(await system.owner('messages', 0));
        link.blackHole = true;
        await pass(FULL ? 12_000 : 3_000);
        link.heal();
      }),
    120_000,
  );

  test(
    'replies dropped after the XADD was done',
    () =>
      underLoad(system, 'replies dropped', async ({ random }) => {
        for (const gateway of system.of('gateway')) {
          const link = redisOf(gateway);
          link.dropReplies = true;
          await pass(300 + random() * 500);
          link.heal();
          await pass(500);
        }
        const link = redisOf(await system.owner('messages', 0));
        link.dropReplies = true;
        await pass(400);
        link.heal();
      }),
    90_000,
  );

  test(
    '200 ms more on every way to Redis',
    () =>
      underLoad(system, 'latency', async () => {
        const links = [...system.links.values()].map(({ redis }) => redis);
        for (const link of links) link.latencyMs = 200;
        await pass(FULL ? 5_000 : 2_500);
        for (const link of links) link.latencyMs = 0;
      }),
    90_000,
  );

  test(
    'half-open clients: neither side is told, the client finds out',
    () =>
      underLoad(system, 'half-open clients', async ({ load }) => {
        const [front] = system.fronts as [TcpProxy];
        const online = () => load.senders.filter(({ brook }) => brook.state.status === 'online').length;
        const since = performance.now();
        front.blackHole = true;
        await eventually(() => online() <= load.senders.length / 2, { timeout: 20_000 });
        say(`every client of that gateway had noticed after ${seconds(performance.now() - since)}`);
        front.heal();
        await eventually(() => online() === load.senders.length, { timeout: 20_000 });
      }),
    90_000,
  );
});
