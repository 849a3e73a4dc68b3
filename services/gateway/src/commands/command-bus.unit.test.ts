import { afterEach, describe, expect, test } from '@jest/globals';
import type { CommandEntry, ServiceName, User } from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { Enqueued } from '@brook/common/streams';
import { CommandBus } from './command-bus.js';

const actor: User = {
  id: '018f0000-0000-7000-8000-000000000001',
  username: 'ada',
  displayName: 'Ada',
  avatarUrl: null,
  kind: 'member',
  role: 'user',
  createdAt: '2026-01-01T00:00:00.000Z',
};
const command = { type: 'room.delete', key: 'room', actor, data: {}, idem: 'k' } as const;

/** A producer that keeps what it is given and answers as told. */
class Outbox {
  readonly entries: [ServiceName, CommandEntry][] = [];
  refusal: AppError | undefined;

  enqueue(service: ServiceName, entry: CommandEntry, done: Enqueued): void {
    this.entries.push([service, entry]);
    done(this.refusal, '1-0');
  }

  get lastRef(): string {
    return this.entries.at(-1)?.[1].ref ?? '';
  }
}

const producer = new Outbox();
const bus = new CommandBus({ producer, gatewayId: 'g1' });

afterEach(() => {
  producer.refusal = undefined;
  bus.close();
});

describe('CommandBus', () => {
  test('puts a command with its address on the stream and resolves with its answer', async () => {
    const answer = bus.execute('rooms', { ...command, trace: 't1' });
    expect(producer.entries.at(-1)).toEqual([
      'rooms',
      {
        type: 'room.delete',
        key: 'room',
        actor: JSON.stringify(actor),
        data: '{}',
        idem: 'k',
        gateway: 'g1',
        ref: producer.lastRef,
        trace: 't1',
      },
    ]);
    bus.settle(producer.lastRef, { body: { fine: true } });
    expect(await answer).toEqual({ body: { fine: true } });
    expect(bus.waiting).toBe(0);
  });

  test('rejects with the owner refusal', async () => {
    const answer = bus.execute('rooms', command);
    bus.settle(producer.lastRef, new AppError('forbidden'));
    await expect(answer).rejects.toMatchObject({ code: 'forbidden' });
  });

  test('rejects with the producer refusal', async () => {
    producer.refusal = new AppError('overloaded', undefined, { retryAfterMs: 1000 });
    await expect(bus.execute('rooms', command)).rejects.toMatchObject({ code: 'overloaded', retryAfterMs: 1000 });
  });

  test('an answer that overtakes the reply to XADD counts; a second answer is dropped', async () => {
    const answer = bus.execute('rooms', command);
    const ref = producer.lastRef;
    bus.settle(ref, { body: 1 });
    bus.settle(ref, new AppError('internal'));
    expect(await answer).toEqual({ body: 1 });
  });

  test('what is not answered in time is refused and forgotten, each at its own deadline', async () => {
    const short = bus.execute('rooms', command, { deadlineMs: 10 });
    const long = bus.execute('rooms', command, { deadlineMs: 60_000 });
    const ref = producer.lastRef;
    await expect(short).rejects.toMatchObject({ code: 'timeout' });
    expect(bus.waiting).toBe(1);
    bus.settle(ref, { body: 2 });
    expect(await long).toEqual({ body: 2 });
  });

  test('closing refuses what still waits', async () => {
    const answer = bus.execute('rooms', command);
    bus.close();
    await expect(answer).rejects.toMatchObject({ code: 'unavailable' });
  });
});
