import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { keys } from '@brook/common/contracts';
import { createLogger } from '@brook/common/logging';
import { closeRedis, connectRedis } from '@brook/common/redis';
import { LeaseStore } from '@brook/common/streams';
import { eventually } from '@brook/common/testing';
import pg from 'pg';
import { changePartitions } from '../src/partition-change.js';
import { type ReachedStores, withConnections } from '../src/reach-stores.js';
import { type AdministeredStores, administeredStores, REDIS_KINDS } from './support/administered-stores.js';

describe.each(REDIS_KINDS)('changing the number of partitions, %s Redis', (kind) => {
  let stores: AdministeredStores;
  const undo: (() => Promise<unknown> | unknown)[] = [];
  beforeAll(async () => {
    stores = await administeredStores(kind);
  });
  afterEach(async () => {
    for (const step of undo.splice(0)) await step();
  });
  afterAll(() => stores.stop());
  const reached = <T>(work: (reached: ReachedStores) => Promise<T>) => withConnections(stores.addresses, work);
  const one = async ({ sql }: ReachedStores, query: string) => (await sql.query<Record<string, unknown>>(query)).rows[0];
  const refusal = async (to: ReachedStores) => {
    const before = await one(to, 'SELECT partitions, era FROM rooms.meta');
    const said = await changePartitions(to, 4).then(() => 'it was done', String);
    expect(await one(to, 'SELECT partitions, era FROM rooms.meta')).toEqual(before);
    return said;
  };

  test.each([0, 65, 1.5, Number.NaN])('%s is no number of partitions', (wanted) =>
    reached(async (to) => {
      await expect(changePartitions(to, wanted)).rejects.toThrow('must be from 1 to 64');
    }),
  );

  test('is refused while a service is connected to the database', () =>
    reached(async (to) => {
      const service = new pg.Client({ connectionString: stores.database.url, application_name: 'brook-rooms' });
      await service.connect();
      undo.push(() => service.end());
      expect(await refusal(to)).toContain('a service is connected to the database as brook-rooms');
      await undo.pop()?.();
      await eventually(
        async () =>
          (await one(to, `SELECT count(*)::int AS n FROM pg_stat_activity WHERE application_name = 'brook-rooms'`))?.['n'] === 0,
      );
    }));

  test('is refused while a gateway listens, at whichever node', () =>
    reached(async (to) => {
      const { redisUrl = 'redis://127.0.0.1', redisClusterNodes } = stores.addresses;
      const config = { REDIS_URL: redisUrl, REDIS_CLUSTER_NODES: redisClusterNodes };
      const gateway = connectRedis(config, 'subscriber', createLogger({ service: 'test', level: 'silent' }));
      undo.push(() => closeRedis(gateway));
      await gateway.subscribe(keys.signals);
      expect(await refusal(to)).toContain('a gateway is connected to Redis');
      await gateway.unsubscribe(keys.signals);
    }));

  test('is refused while a lease beats, and not for one that a dead replica left', () =>
    reached(async (to) => {
      const { sql } = to;
      const owner = randomUUID();
      await sql.query(`INSERT INTO users.leases (partition, owner, epoch, beat) VALUES (0, $1, 1, 1)`, [owner]);
      undo.push(() => sql.query('DELETE FROM users.leases; DELETE FROM users.replicas'));
      const other = new pg.Client({ connectionString: stores.database.url, options: '-c search_path=users' });
      await other.connect();
      const store = new LeaseStore({
        $queryRawUnsafe: async (query, ...values) => (await other.query(query, values)).rows as never,
        $executeRawUnsafe: async (query, ...values) => (await other.query(query, values)).rowCount ?? 0,
      });
      let beat: Promise<unknown> = Promise.resolve();
      const beating = setInterval(() => {
        beat = store.beat(owner);
      }, 1_000);
      expect(await refusal(to)).toContain('a lease is kept alive');
      clearInterval(beating);
      await beat;
      await other.end();
      expect(await changePartitions(to, 2)).toBe(2);
      await undo.pop()?.();
    }));

  test('is refused while a command or a dead letter waits', () =>
    reached(async (to) => {
      await to.redis.xadd(keys.commands('rooms', 1), '*', 'type', 'room.create');
      expect(await refusal(to)).toContain('1 commands of the rooms service are not finished');
      await to.redis.del(keys.commands('rooms', 1));
      await to.redis.xadd(keys.deadLetters('users', 0), '*', 'entry', '1-1');
      expect(await refusal(to)).toContain('The users service has 1 dead letters');
      await to.redis.del(keys.deadLetters('users', 0));
    }));

  test('is refused while a change of rooms is unseen or a deleted room unpurged', () =>
    reached(async (to) => {
      await to.sql.query(`INSERT INTO rooms.change_counters (partition, n) VALUES (0, 7), (1, 40)`);
      expect(await refusal(to)).toContain('has not seen every change');
      await to.sql.query(`INSERT INTO messages.feed_cursors (feed, partition, n) VALUES ('rooms', 0, 7), ('rooms', 1, 40)`);
      await to.sql.query(`INSERT INTO rooms.changes (partition, n, type, key, data) VALUES (1, 40, 'room.deleted', 'r', '{}')`);
      expect(await refusal(to)).toContain('deleted rooms are not purged');
      await to.sql.query(`UPDATE rooms.changes SET data = '{"purged": true}'`);
    }));

  test('rewrites P, era, leases, feeds and cursors, and empties the partitions in Redis, but nothing else', () =>
    reached(async (to) => {
      const { sql, redis } = to;
      await sql.query(`INSERT INTO messages.leases (partition, owner, epoch, beat) VALUES (0, 'gone', 5, 5)`);
      const before = await one(to, 'SELECT era FROM messages.meta');
      for (const partition of [0, 1]) {
        await redis.set(keys.user(partition, 'u'), '{}');
        await redis.xadd(keys.events('rooms', partition), '*', 'type', 'room.created');
      }
      await redis.set('{pebble}:own', '1');
      expect(await changePartitions(to, 4)).toBe(2);

      for (const schema of ['messages', 'rooms', 'users'])
        expect(await one(to, `SELECT partitions FROM ${schema}.meta`)).toEqual({ partitions: 4 });
      expect(await one(to, 'SELECT era FROM messages.meta')).not.toEqual(before);
      expect(await one(to, 'SELECT count(*)::int AS n FROM messages.leases')).toEqual({ n: 0 });
      expect(await one(to, 'SELECT count(*)::int AS n FROM rooms.changes')).toEqual({ n: 0 });
      const everywhere = [0, 1, 2, 3].map((partition) => ({ partition, n: '40' }));
      const feed = 'SELECT partition, n FROM rooms.change_counters ORDER BY 1';
      expect((await sql.query(feed)).rows).toEqual(everywhere);
      const cursors = `SELECT partition, n FROM messages.feed_cursors WHERE feed = 'rooms' ORDER BY 1`;
      expect((await sql.query(cursors)).rows).toEqual(everywhere);
      for (const partition of [0, 1]) {
        expect(await redis.exists(keys.user(partition, 'u'))).toBe(0);
        expect(await redis.exists(keys.events('rooms', partition))).toBe(0);
      }
      expect(await redis.get('{pebble}:own')).toBe('1');
    }));
});
