import { lookup } from 'node:dns';
import { type EventEmitter, once } from 'node:events';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLogger } from '@brook/common/logging';
import { connectRedis, closeRedis } from '@brook/common/redis';
import { eventually, startRedisCluster } from '@brook/common/testing';
import type { Cluster } from 'ioredis';

const logger = createLogger({ service: 'test', level: 'silent' });
let servers: Awaited<ReturnType<typeof startRedisCluster>>;

beforeAll(async () => {
  servers = await startRedisCluster();
}, 60_000);
afterAll(() => servers.stop());

describe('a client of a Redis Cluster', () => {
  test('connects again after a node that ended late had its next attempt dropped', async () => {
    const nodes = servers.nodes.replaceAll('127.0.0.1', 'localhost');
    const client = connectRedis(
      { REDIS_URL: `redis://${nodes.split(',')[0]}`, REDIS_CLUSTER_NODES: nodes },
      'producer',
      logger,
    ) as Cluster;
    await eventually(() => client.status === 'ready', { timeout: 10_000 });

    // Names are slow to resolve; all connections end, and the pool hears of one more end while they are looked up.
    const slow = { lookups: 0 };
    client.options.dnsLookup = (name, callback) => {
      slow.lookups++;
      setTimeout(() => lookup(name, { family: 4 }, callback), 300);
    };
    const connecting = once(client, 'connecting');
    for (const node of client.nodes()) node.disconnect();
    await connecting;
    (client as unknown as { connectionPool: EventEmitter }).connectionPool.emit('drain');

    await eventually(() => client.status === 'ready', { timeout: 10_000 });
    expect(slow.lookups).toBeGreaterThan(1);
    expect(await client.set('{p0}:key', 'value')).toBe('OK');
    closeRedis(client);
  });
});
