import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { keys } from '@brook/common/contracts';
import { readEras, rotateEra } from '../src/era.js';
import { type ReachedStores, withConnections } from '../src/reach-stores.js';
import { type AdministeredStores, administeredStores, REDIS_KINDS } from './support/administered-stores.js';

describe.each(REDIS_KINDS)('another era of the database, %s Redis', (kind) => {
  let stores: AdministeredStores;
  beforeAll(async () => {
    stores = await administeredStores(kind);
  });
  afterAll(() => stores.stop());
  const reached = <T>(work: (reached: ReachedStores) => Promise<T>) => withConnections(stores.addresses, work);

  test('is the same in every schema, and takes caches and read models with it, but no command, event or dead letter', () =>
    reached(async (to) => {
      const { redis } = to;
      const before = await readEras(to);
      const id = '0192f3a0-0000-7000-8000-000000000001';
      const made = [keys.roomHead(0, id), keys.roomInfo(1, id), keys.user(1, id), `${keys.roomInfo(0, id)}:guard`];
      const streams = [
        keys.commands('rooms', 0),
        keys.events('messages', 1),
        keys.events('users', 0),
        keys.deadLetters('users', 1),
      ];
      for (const key of made) await redis.set(key, 'old');
      for (const key of streams) await redis.xadd(key, '*', 'a', 'b');
      await redis.set('not-ours', 'kept');

      const era = await rotateEra(to);
      expect(await readEras(to)).toEqual({ messages: era, rooms: era, users: era });
      expect(Object.values(before)).not.toContain(era);
      expect(await Promise.all(made.map((key) => redis.exists(key)))).toEqual(made.map(() => 0));
      expect(await Promise.all([...streams, 'not-ours'].map((key) => redis.exists(key)))).toEqual([1, 1, 1, 1, 1]);
    }));

  test('is refused on a database without Brook', () =>
    reached(async (to) => {
      await to.sql.query('DROP SCHEMA users CASCADE');
      await expect(rotateEra(to)).rejects.toThrow('has no schema users of Brook');
    }));
});
