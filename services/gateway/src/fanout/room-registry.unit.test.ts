import type { Message, ResumeAnswer } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import { createLogger } from '@brook/common/logging';
import { Registry } from '@brook/common/metrics';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Subscriber } from './local-room.js';
import { createSocketMetrics } from './metrics.js';
import { PreparedAnswer } from './prepared-answer.js';
import { RoomRegistry, type SubscribeRequest } from './room-registry.js';

const ROOM = 'room';
const LAST = 3;

/** Notes what it is told; frames are told apart by their rev. */
class Ear implements Subscriber {
  readonly userId = 'ada';
  readonly revs: number[] = [];
  answers = 0;
  closed = false;

  write(frame: Buffer): void {
    this.revs.push((JSON.parse(frame.toString().replace(/^[^{]*/, '')) as { rev: number }).rev);
  }

  answer(): void {
    this.answers++;
  }

  close(): void {
    this.closed = true;
  }
}

const message = (rev: number) =>
  ({ id: `m${rev}`, roomId: ROOM, seq: rev, rev, editedAt: null, deletedAt: null, reactions: [] }) as unknown as Message;
const history = new PreparedAnswer({ mode: 'snapshot', messages: [], lastSeq: LAST, lastRev: LAST, source: 'database' });

describe('RoomRegistry', () => {
  let registry: RoomRegistry;
  let asked: number[];
  let reads: (() => Promise<PreparedAnswer>)[];
  let forgotten: string[];
  let answerChanges: () => void;
  beforeEach(() => {
    asked = [];
    reads = [];
    forgotten = [];
    registry = new RoomRegistry({
      histories: {
        read: () => (reads.shift() ?? (() => Promise.resolve(history)))(),
        fromDatabase: () => Promise.resolve(history),
        forget: (roomId) => void forgotten.push(roomId),
        changes: (_roomId, since) => {
          asked.push(since);
          return new Promise<ResumeAnswer>((resolve) => {
            answerChanges = () =>
              resolve({ mode: 'resume', messages: [message(4), message(5), message(6)], lastSeq: 6, lastRev: 6 } as ResumeAnswer);
          });
        },
      },
      metrics: createSocketMetrics(new Registry()),
      logger: createLogger({ service: 'test', level: 'silent' }),
    });
  });
  afterEach(() => registry.stop());

  const request = (check: SubscribeRequest['check']): SubscribeRequest => ({
    id: '1',
    roomId: ROOM,
    since: undefined,
    existing: undefined,
    check,
  });
  const event = (rev: number) => registry.event('message.created', ROOM, rev, JSON.stringify(message(rev)));

  test('a removal while rights are being checked cancels the subscription, though the check still said yes', async () => {
    const ear = new Ear();
    const subscribing = registry.subscribe(
      ear,
      request(() => {
        registry.cancel(ROOM, ear.userId);
        return Promise.resolve({ memberCount: 1 });
      }),
    );
    await expect(subscribing).rejects.toMatchObject({ code: 'forbidden' });
    event(LAST + 1);
    expect(ear).toMatchObject({ answers: 0, revs: [] });
    expect(registry.ids()).toEqual([]);
  });

  test('where others listen the history is read while rights are checked, else after that', async () => {
    const said: string[] = [];
    const join = async (name: string, allowed: boolean) => {
      reads.push(async () => {
        said.push(`${name} reads`);
        return history;
      });
      const check = async () => {
        said.push(`${name} is checked`);
        await new Promise((resolve) => setImmediate(resolve));
        said.push(`${name} was checked`);
        if (!allowed) throw new AppError('forbidden');
        return { memberCount: 2 };
      };
      return registry.subscribe(new Ear(), request(check)).then(
        () => said.push('answered'),
        (err: AppError) => said.push(err.code),
      );
    };
    await join('a stranger', false);
    reads = [];
    await join('one', true);
    await join('two', true);
    expect(said).toEqual([
      ...['a stranger is checked', 'a stranger was checked', 'forbidden'],
      ...['one is checked', 'one was checked', 'one reads', 'answered'],
      ...['two reads', 'two is checked', 'two was checked', 'answered'],
    ]);
  });

  test('a history read ahead is taken where others listen; one that an event has overtaken is read again, not past the cache', async () => {
    const allowed = () => Promise.resolve({ memberCount: 1 });
    expect(registry.readAhead(ROOM, undefined)).toBeUndefined();
    await registry.subscribe(new Ear(), request(allowed));
    const [prompt, overtaken] = [new Ear(), new Ear()];
    const newer = new PreparedAnswer({ mode: 'snapshot', messages: [], lastSeq: 4, lastRev: 4, source: 'cache' });
    const ahead = registry.readAhead(ROOM, undefined);
    reads = [() => Promise.resolve(newer)];
    await registry.subscribe(prompt, { ...request(allowed), ahead });
    expect(reads).toHaveLength(1);
    event(LAST + 1);
    await registry.subscribe(overtaken, { ...request(allowed), ahead });
    expect(reads).toHaveLength(0);
    event(LAST + 2);
    expect([prompt, overtaken]).toMatchObject([
      { answers: 1, revs: [LAST + 1, LAST + 2] },
      { answers: 1, revs: [LAST + 2] },
    ]);
  });

  test('where nobody listens any more a history read ahead is not taken: what it misses could not be told', async () => {
    const allowed = () => Promise.resolve({ memberCount: 1 });
    const first = await registry.subscribe(new Ear(), request(allowed));
    const ahead = registry.readAhead(ROOM, undefined);
    registry.end(ROOM, first);
    const newer = new PreparedAnswer({ mode: 'snapshot', messages: [], lastSeq: 4, lastRev: 4, source: 'cache' });
    reads = [() => Promise.resolve(newer)];
    const late = new Ear();
    await registry.subscribe(late, { ...request(allowed), ahead });
    expect(reads).toHaveLength(0);
    event(LAST + 1);
    expect(late.revs).toEqual([]);
  });

  test('a history that cannot be read is told to whom it was read for, and harms nobody who is refused', async () => {
    await registry.subscribe(
      new Ear(),
      request(() => Promise.resolve({ memberCount: 1 })),
    );
    const failing = () => Promise.reject(new AppError('unavailable'));
    reads = [failing, failing];
    const [welcome, refused] = [new Ear(), new Ear()];
    await expect(
      registry.subscribe(
        welcome,
        request(() => Promise.resolve({ memberCount: 1 })),
      ),
    ).rejects.toMatchObject({ code: 'unavailable' });
    await expect(
      registry.subscribe(
        refused,
        request(() => Promise.reject(new AppError('forbidden'))),
      ),
    ).rejects.toMatchObject({ code: 'forbidden' });
    event(LAST + 1);
    expect([welcome, refused]).toMatchObject([
      { answers: 0, revs: [] },
      { answers: 0, revs: [] },
    ]);
  });

  test('a hole is filled from the database, with one question however many events show it', async () => {
    const ear = new Ear();
    await registry.subscribe(
      ear,
      request(() => Promise.resolve({ memberCount: 1 })),
    );
    event(5);
    event(6);
    expect(ear.revs).toEqual([]);
    expect(asked).toEqual([LAST]);
    answerChanges();
    await new Promise((resolve) => setImmediate(resolve));
    expect(ear.revs).toEqual([4, 5, 6]);
    event(7);
    expect(ear.revs).toEqual([4, 5, 6, 7]);
    expect(asked).toEqual([LAST]);
    expect(ear.closed).toBe(false);
  });

  test('a database that went back closes the sockets, and what is kept of the room is forgotten', async () => {
    const ear = new Ear();
    await registry.subscribe(
      ear,
      request(() => Promise.resolve({ memberCount: 1 })),
    );
    registry.head(ROOM, LAST, LAST - 1, false);
    expect(ear.closed).toBe(true);
    expect(forgotten).toEqual([ROOM]);
  });
});
