import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { keys } from '@brook/common/contracts';
import { bury, type RawEntry, toFields } from '@brook/common/streams';
import { makeServerFolder } from '@brook/common/testing';
import { drop, getDeadLetter, listDeadLetters, refOf, replay } from '../src/dead-letters.js';
import { reportPartitions } from '../src/partition-report.js';
import { type ReachedStores, withConnections } from '../src/reach-stores.js';
import { type AdministeredStores, administeredStores, REDIS_KINDS } from './support/administered-stores.js';

const COMMAND = ['type', 'message.edit', 'key', 'room', 'actor', '{}', 'data', '{"seq":1}', 'gateway', 'g1', 'ref', '7'];

describe.each(REDIS_KINDS)('dead letters, %s Redis', (kind) => {
  let stores: AdministeredStores;
  beforeAll(async () => {
    stores = await administeredStores(kind);
  });
  afterAll(() => stores.stop());
  const reached = <T>(work: (reached: ReachedStores) => Promise<T>) => withConnections(stores.addresses, work);
  beforeEach(() =>
    reached(async ({ redis }) => {
      for (const partition of [0, 1]) await redis.del(keys.deadLetters('messages', partition));
      for (const partition of [0, 1]) await redis.del(keys.commands('messages', partition));
    }),
  );

  test('a replayed one stands on its command stream again, answers nobody, and is gone', () =>
    reached(async (to) => {
      await bury(to.redis, 'messages', 1, ['5-1', COMMAND], 'Error: no');
      const [letter] = await listDeadLetters(to);
      if (!letter) throw new Error('nothing was listed');
      expect(letter).toMatchObject({ service: 'messages', partition: 1, entry: '5-1', error: 'Error: no' });
      const id = await replay(to, refOf(letter));
      const entries = (await to.redis.xrange(keys.commands('messages', 1), '-', '+')) as RawEntry[];
      expect(entries.map(([entry, flat]) => [entry, { ...toFields(flat) }])).toEqual([
        [id, { type: 'message.edit', key: 'room', actor: '{}', data: '{"seq":1}', idem: 'entry:1:5-1' }],
      ]);
      expect(await listDeadLetters(to)).toEqual([]);
      await expect(replay(to, refOf(letter))).rejects.toThrow(/no dead letter/);
      expect(await to.redis.xlen(keys.commands('messages', 1))).toBe(1);
    }));

  test('the idempotency key of its client stays', () =>
    reached(async (to) => {
      await bury(to.redis, 'messages', 0, ['5-1', [...COMMAND, 'idem', 'mine']], 'Error: no');
      await replay(to, refOf((await listDeadLetters(to))[0] as never));
      const [[, flat] = ['', []]] = (await to.redis.xrange(keys.commands('messages', 0), '-', '+')) as RawEntry[];
      expect(toFields(flat)).toMatchObject({ idem: 'mine' });
    }));

  test('a dropped one is gone; names that are none are refused in a sentence', () =>
    reached(async (to) => {
      await bury(to.redis, 'messages', 0, ['5-1', COMMAND], 'Error: no');
      const ref = refOf((await listDeadLetters(to, 'messages'))[0] as never);
      expect(await listDeadLetters(to, 'rooms')).toEqual([]);
      expect((await getDeadLetter(to, ref)).fields).toMatchObject({ type: 'message.edit', gateway: 'g1' });
      await drop(to, ref);
      await expect(drop(to, ref)).rejects.toThrow(/no dead letter/);
      await expect(getDeadLetter(to, 'messages:64:1-1')).rejects.toThrow(/is no dead letter/);
      await expect(listDeadLetters(to, 'gateway')).rejects.toThrow(/no service "gateway"/);
    }));

  test('the report of partitions tells owner, epoch, backlog, age and dead letters', () =>
    reached(async (to) => {
      const owner = randomUUID();
      await to.sql.query(`INSERT INTO messages.leases (partition, owner, epoch, beat) VALUES (1, $1, 3, 9)`, [owner]);
      await to.redis.xadd(keys.commands('messages', 1), '1000-0', 'type', 'message.send');
      await bury(to.redis, 'messages', 1, ['5-1', COMMAND], 'Error: no');
      const { partitions, states } = await reportPartitions(to);
      expect(partitions).toBe(2);
      expect(states).toHaveLength(6);
      const [idle, busy] = states.filter(({ service }) => service === 'messages');
      expect(idle).toMatchObject({ partition: 0, owner: null, epoch: 0, backlog: 0, oldestMs: null, deadLetters: 0 });
      expect(busy).toMatchObject({ partition: 1, owner, epoch: 3, backlog: 1, deadLetters: 1 });
      expect(busy?.oldestMs).toBeGreaterThan(Date.parse('2020-01-01'));
    }));

  test('the command line does the same, as text and as JSON', async () => {
    await reached(({ redis }) => bury(redis, 'messages', 0, ['5-1', COMMAND], '\nError: no\nat x'));
    const folder = makeServerFolder();
    try {
      const env = { ...stores.env, BROOK_DATA_DIR: join(folder, 'none') };
      expect((await brook(env, 'dlq', 'list')).stdout).toMatch(/^LETTER .*\nmessages:0:\S+ .*message\.edit +Error: no\n$/);
      const listed = JSON.parse((await brook(env, 'dlq', 'list', '--json')).stdout) as { letter: string }[];
      const { letter } = listed[0] as { letter: string };
      expect((await brook(env, 'dlq', 'show', letter)).stdout).toContain('data: {"seq":1}');
      expect((await brook(env, 'dlq', 'replay')).stderr).toBe('Name the dead letters to replay, or give --all.\n');
      expect(JSON.parse((await brook(env, 'dlq', 'replay', '--all', '--json')).stdout)).toMatchObject([{ letter }]);
      expect((await brook(env, 'dlq', 'drop', letter)).stderr).toBe(`There is no dead letter ${letter} (any more).\n`);
      const report = JSON.parse((await brook(env, 'partitions', '--json')).stdout) as { states: { backlog: number }[] };
      expect(report.states[0]).toMatchObject({ service: 'messages', partition: 0, backlog: 1, deadLetters: 0 });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});

/** Runs `npm run brook -- ...` as built. */
function brook(env: NodeJS.ProcessEnv, ...args: string[]): Promise<{ stdout: string; stderr: string }> {
  const script = fileURLToPath(new URL('../brook.mjs', import.meta.url));
  return new Promise((resolve) =>
    execFile(
      process.execPath,
      [script, ...args],
      { env: { ...process.env, ...env, NODE_OPTIONS: '' } },
      (_error, stdout, stderr) => resolve({ stdout, stderr }),
    ),
  );
}
