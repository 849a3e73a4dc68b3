import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LocalRoom, type Subscriber, type Subscription } from './local-room.js';

const ROOM = 'room';
const frameOf = (rev: number, message: number) => Buffer.from(JSON.stringify({ rev, message }));
const answerOf = (rev: number, state: [number, number][]) => () => Buffer.from(JSON.stringify({ answer: rev, state }));

/** Keeps what a client would: the newest rev of each message. Fails on whatever the protocol forbids. */
class Client implements Subscriber {
  readonly userId = 'someone';
  readonly messages = new Map<number, number>();
  last = -1;

  answer(bytes: Buffer): void {
    this.write(bytes);
  }

  close(): void {
    throw new Error('a room closes nobody by itself');
  }

  write(bytes: Buffer): void {
    const frame = JSON.parse(bytes.toString()) as
      | { rev: number; message: number }
      | { answer: number; state: [number, number][] };
    if ('answer' in frame) {
      expect(frame.answer).toBeGreaterThanOrEqual(this.last);
      this.last = frame.answer;
      this.messages.clear();
      for (const [message, rev] of frame.state) this.messages.set(message, rev);
      return;
    }
    expect(this.last).toBeGreaterThanOrEqual(0);
    expect(frame.rev).toBeGreaterThan(this.last);
    this.last = frame.rev;
    this.messages.set(frame.message, frame.rev);
  }
}

/** The room as the database has it: change number rev-1 touched that message. */
class Database {
  readonly changes: number[] = [];

  get rev(): number {
    return this.changes.length;
  }

  state(): [number, number][] {
    return [...new Map(this.changes.map((message, i) => [message, i + 1]))];
  }

  since(rev: number): { rev: number; frame: Buffer }[] {
    return this.state()
      .filter(([, changed]) => changed > rev)
      .map(([message, changed]) => ({ rev: changed, frame: frameOf(changed, message) }));
  }
}

type Step =
  | { do: 'change'; message: number; lost: boolean }
  | { do: 'repeat'; back: number }
  | { do: 'deliver' | 'register' | 'ask' | 'heal' | 'expect' }
  | { do: 'read' | 'answer' | 'reopen' | 'leave'; which: number };

const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    { weight: 5, arbitrary: fc.record({ do: fc.constant('change' as const), message: fc.nat(4), lost: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('repeat' as const), back: fc.nat(5) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('leave' as const), which: fc.nat(5) }) },
    {
      weight: 7,
      arbitrary: fc.record({ do: fc.constantFrom('read' as const, 'answer' as const, 'reopen' as const), which: fc.nat(9) }),
    },
    {
      weight: 6,
      arbitrary: fc.constantFrom<Step>(
        { do: 'deliver' },
        { do: 'deliver' },
        { do: 'register' },
        { do: 'ask' },
        { do: 'heal' },
        { do: 'expect' },
      ),
    },
  ),
  { maxLength: 120, size: 'max' },
);

const at = <T>(list: T[], which: number): T | undefined => list[which % Math.max(1, list.length)];

/** Runs a room through what may happen, in any order; reads are answered as the database was when they were made. */
class World {
  readonly database = new Database();
  readonly room = new LocalRoom(ROOM);
  readonly subscriptions: { subscription: Subscription; client: Client }[] = [];
  readonly stream: { rev: number; frame: Buffer }[] = [];
  reads: { subscription: Subscription; rev: number; answer: () => Buffer }[] = [];
  asked: { rev: number; changes: { rev: number; frame: Buffer }[] }[] = [];

  run(step: Step): void {
    switch (step.do) {
      case 'change':
        this.database.changes.push(step.message);
        if (!step.lost) this.stream.push({ rev: this.database.rev, frame: frameOf(this.database.rev, step.message) });
        return;
      case 'repeat': {
        const rev = this.database.rev - step.back;
        if (rev > 0) this.stream.push({ rev, frame: frameOf(rev, this.database.changes[rev - 1] as number) });
        return;
      }
      case 'deliver': {
        const event = this.stream.shift();
        if (event && !this.room.empty) this.room.event(event.rev, event.frame);
        return;
      }
      case 'register': {
        const client = new Client();
        this.subscriptions.push({ client, subscription: this.room.register(client) });
        return;
      }
      case 'reopen': {
        const again = at(this.subscriptions, step.which);
        if (again) this.room.reopen(again.subscription);
        return;
      }
      case 'read': {
        const pending = this.subscriptions.filter(({ subscription }) => subscription.phase === 'pending');
        const reader = at(pending, step.which);
        if (reader) this.read(reader.subscription);
        return;
      }
      case 'answer': {
        const read = at(this.reads, step.which);
        if (!read) return;
        this.reads.splice(this.reads.indexOf(read), 1);
        if (this.room.settle(read.subscription, read.rev, read.answer) === 'stale') this.read(read.subscription);
        return;
      }
      case 'ask':
        if (this.room.position !== undefined)
          this.asked.push({ rev: this.database.rev, changes: this.database.since(this.room.position) });
        return;
      case 'heal': {
        const answer = this.asked.shift();
        if (answer) this.room.changes(answer.rev, answer.changes);
        return;
      }
      case 'expect':
        this.room.expect(this.database.rev);
        return;
      case 'leave': {
        const left = this.subscriptions[step.which];
        if (left) this.room.end(left.subscription);
        return;
      }
      default:
        step satisfies never;
    }
  }

  read(subscription: Subscription): void {
    const { rev } = this.database;
    this.reads.push({ subscription, rev, answer: answerOf(rev, this.database.state()) });
  }

  /** Everything that is under way arrives, and the registry heals what is left. */
  finish(): void {
    while (this.stream.length > 0) this.run({ do: 'deliver' });
    for (const { subscription } of this.subscriptions) if (subscription.phase === 'pending') this.read(subscription);
    while (this.reads.length > 0) this.run({ do: 'answer', which: 0 });
    this.run({ do: 'expect' });
    this.run({ do: 'ask' });
    while (this.asked.length > 0) this.run({ do: 'heal' });
  }
}

describe('LocalRoom', () => {
  test('whatever is lost, doubled or late: subscribers see rising revs and end with what the database has', () => {
    fc.assert(
      fc.property(steps, (list) => {
        const world = new World();
        for (const step of list) world.run(step);
        world.finish();
        const expected = new Map(world.database.state());
        for (const { subscription, client } of world.subscriptions) {
          if (subscription.phase === 'ended') continue;
          expect(subscription.phase).toBe('live');
          expect(client.messages).toEqual(expected);
        }
        expect(world.room.health).toBe('whole');
      }),
      { numRuns: 600 },
    );
  });

  test('an ended subscription hears nothing more, although its history was on its way', () => {
    const room = new LocalRoom(ROOM);
    const client = new Client();
    const subscription = room.register(client);
    room.end(subscription);
    expect(room.settle(subscription, 3, answerOf(3, []))).toBe('ended');
    room.event(4, frameOf(4, 0));
    expect(client.last).toBe(-1);
    expect(room.empty).toBe(true);
  });

  test('a history older than what the room knows is refused', () => {
    const room = new LocalRoom(ROOM);
    const first = room.register(new Client());
    expect(room.settle(first, 5, answerOf(5, []))).toBe('live');
    room.event(6, frameOf(6, 0));
    const second = room.register(new Client());
    expect(room.settle(second, 5, answerOf(5, []))).toBe('stale');
    expect(room.settle(second, 6, answerOf(6, []))).toBe('live');
  });

  test('events that passed while a history was read follow its answer', () => {
    const room = new LocalRoom(ROOM);
    const client = new Client();
    const subscription = room.register(client);
    room.event(6, frameOf(6, 1));
    room.event(7, frameOf(7, 2));
    expect(room.settle(subscription, 6, answerOf(6, [[1, 6]]))).toBe('live');
    expect([...client.messages]).toEqual([
      [1, 6],
      [2, 7],
    ]);
  });

  test('a later event shows a hole, a later head only that the room is behind', () => {
    const room = new LocalRoom(ROOM);
    room.settle(room.register(new Client()), 5, answerOf(5, []));
    room.expect(6);
    expect(room.health).toBe('behind');
    room.event(8, frameOf(8, 0));
    expect(room.health).toBe('hole');
    room.changes(8, [
      { rev: 7, frame: frameOf(7, 1) },
      { rev: 8, frame: frameOf(8, 0) },
    ]);
    expect(room.health).toBe('whole');
  });

  test('a reset ends the live subscriptions and leaves the pending ones to a new history', () => {
    const room = new LocalRoom(ROOM);
    const live = room.register(new Client());
    room.settle(live, 5, answerOf(5, []));
    const pending = room.register(new Client());
    expect(room.reset()).toEqual([live]);
    expect(live.phase).toBe('ended');
    expect(room.settle(pending, 2, answerOf(2, []))).toBe('live');
  });
});
