import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type MessageChange, publishMessages, warmRecent } from '@brook/common/cache';
import { keys } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { createLogger } from '@brook/common/logging';
import { freshRedis } from '@brook/common/testing';
import { Redis } from 'ioredis';
import { HistoryReader } from '../src/fanout/history-reader.js';
import type { PreparedAnswer } from '../src/fanout/prepared-answer.js';

/*
 * Joins of one room after another on one gateway. Its newest messages are read from the recent cache once; later joins
 * are answered from the gateway's memory while the room's head in Redis says that nothing has changed.
 */

const PARTITION = 0;
const logger = createLogger({ service: 'test', level: 'silent' });
let redis: Redis;
let life: string | undefined;
let room: string;
let reader: HistoryReader;
/** Questions to the messages service. */
let asked: string[];

beforeAll(async () => {
  redis = new Redis(await freshRedis());
});
afterAll(() => redis.disconnect());
beforeEach(async () => {
  life = 'era:life-1';
  room = randomUUID();
  asked = [];
  reader = newReader();
  await warmRecent(redis, PARTITION, room, life, {
    lastSeq: 2,
    lastRev: 2,
    floorRev: 0,
    messages: [2, 1].map((rev) => ({ rev, json: json(rev, `text ${rev}`) })),
  });
});

const json = (seq: number, text: string, rev = seq) => JSON.stringify({ seq, rev, text });
const newReader = () =>
  new HistoryReader({
    redis,
    generation: {
      current: () => (life === undefined ? Promise.reject(new Error('redis is away')) : Promise.resolve(life)),
      get known() {
        return life;
      },
    },
    messages: {
      request<T>(path: string): Promise<T> {
        asked.push(path);
        return Promise.reject(new AppError('unavailable'));
      },
    },
    partitionOf: () => PARTITION,
    logger,
  });

interface Answer {
  mode: string;
  messages: { seq: number; rev: number; text: string }[];
  lastSeq: number;
  lastRev: number;
  source: string;
}
const read = (answer: PreparedAnswer): Answer => {
  const frame = answer.frame('1');
  return JSON.parse(frame.toString('utf8', frame.indexOf('{'))) as Answer;
};
const join = async (since?: number) => read(await reader.read(room, since));
const texts = ({ messages }: Answer) => messages.map(({ text }) => text);

function publish(kind: 'created' | 'updated', seq: number, rev: number, text: string): Promise<void> {
  const type = kind === 'created' ? 'message.created' : 'message.updated';
  const change: MessageChange = { kind, roomId: room, type, rev, seq, senderId: 'ada', json: json(seq, text, rev), extra: {} };
  return publishMessages(redis, PARTITION, life as string, { changes: [change], replies: [], finished: [] });
}
/** The list goes, as it does when it expires; the head stays. */
const dropList = () => redis.del(keys.recent(PARTITION, room), keys.recentMeta(PARTITION, room));

describe('the newest messages of a room', () => {
  test('are read once while nothing changes, and answered alike', async () => {
    const first = await join();
    expect(first).toMatchObject({ mode: 'snapshot', lastSeq: 2, lastRev: 2, source: 'cache' });
    expect(texts(first)).toEqual(['text 1', 'text 2']);
    await dropList();
    expect(await join()).toEqual(first);
    expect(asked).toEqual([]);
  });

  test('a message, then an edit of an older one: the next join has it', async () => {
    await join();
    await publish('created', 3, 3, 'text 3');
    expect(texts(await join())).toEqual(['text 1', 'text 2', 'text 3']);
    await publish('updated', 1, 4, 'edited');
    const edited = await join();
    expect(texts(edited)).toEqual(['edited', 'text 2', 'text 3']);
    expect(edited).toMatchObject({ lastSeq: 3, lastRev: 4 });
    expect(edited).toEqual(read(await newReader().read(room, undefined)));
  });

  test('a change of which only the head tells voids them', async () => {
    await join();
    await dropList();
    await publish('created', 3, 3, 'text 3');
    await expect(join()).rejects.toMatchObject({ code: 'unavailable' });
    expect(asked).toEqual([`/rooms/${room}/snapshot`]);
  });

  test('a head that is gone, or has gone back, voids them', async () => {
    await join();
    await dropList();
    await redis.hset(keys.roomHead(PARTITION, room), 'rev', 1);
    await expect(join()).rejects.toMatchObject({ code: 'unavailable' });
    await redis.del(keys.roomHead(PARTITION, room));
    await expect(join()).rejects.toMatchObject({ code: 'unavailable' });
  });

  test.each(['era:life-2', 'another era:life-1'])(
    'another life, %s, voids them, though it comes to the same rev',
    async (next) => {
      await join();
      life = next;
      await expect(join()).rejects.toMatchObject({ code: 'unavailable' });
      await warmRecent(redis, PARTITION, room, next, {
        lastSeq: 2,
        lastRev: 2,
        floorRev: 0,
        messages: [{ rev: 2, json: json(2, 'new life') }],
      });
      expect(texts(await join())).toEqual(['new life']);
    },
  );

  test('while Redis is away the messages service is asked', async () => {
    await join();
    life = undefined;
    await expect(join()).rejects.toMatchObject({ code: 'unavailable' });
    expect(asked).toEqual([`/rooms/${room}/snapshot`]);
  });

  test('are forgotten when the room is to be read anew', async () => {
    await join();
    await dropList();
    reader.forget(room);
    await expect(join()).rejects.toMatchObject({ code: 'unavailable' });
  });
});

describe('who comes back', () => {
  test('at the head, has missed nothing, and the list is not read for it', async () => {
    await dropList();
    expect(await join(2)).toMatchObject({ mode: 'resume', messages: [], lastSeq: 2, lastRev: 2, source: 'cache' });
    expect(asked).toEqual([]);
  });

  test('below it, gets what was missed, also after a snapshot was kept', async () => {
    await join();
    await publish('updated', 1, 3, 'edited');
    expect(await join(2)).toMatchObject({ mode: 'resume', messages: [{ seq: 1, rev: 3, text: 'edited' }], lastRev: 3 });
  });

  test('above it, belongs to a life that was lost: a snapshot', async () => {
    expect(await join(9)).toMatchObject({ mode: 'snapshot', lastRev: 2 });
  });

  test('in another life, is not taken at the head’s word', async () => {
    life = 'era:life-2';
    await expect(join(2)).rejects.toMatchObject({ code: 'unavailable' });
  });
});
