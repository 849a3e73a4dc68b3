import { randomUUID } from 'node:crypto';
import { partitionOf } from '@brook/common/contracts';
import type { HeldLease } from '@brook/common/streams';
import { eventually } from '@brook/common/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type AppendRow, append, type Send } from '../src/repositories/append.js';
import { type RunningMessages, startMessages } from './support/service.js';

let service: RunningMessages;
let owner: ReturnType<RunningMessages['newOwner']>;

beforeAll(async () => {
  service = await startMessages();
  owner = service.newOwner();
  await owner.start();
  await eventually(() => expect(owner.held.size).toBe(service.partitions));
});

afterAll(async () => {
  await owner.stop();
  await service.stop();
});

/** A room with two messages; a person in it; one who is banned; and a room that was closed, of the same partition. */
async function stage() {
  const roomId = randomUUID();
  const partition = partitionOf(roomId, service.partitions);
  let closedId = randomUUID();
  while (partitionOf(closedId, service.partitions) !== partition) closedId = randomUUID();
  const [ada, banned] = [randomUUID(), randomUUID()];
  const send = (over: Partial<Send> = {}): Send => ({
    roomId,
    senderId: ada,
    clientId: randomUUID(),
    id: randomUUID(),
    profileJson: '{}',
    text: 'a message',
    replyTo: 0,
    ...over,
  });
  const known = send();
  const lease = owner.held.get(partition) as HeldLease;
  await append(service.pool, lease, [known, send({ text: 'another one' })], []);
  await service.prisma.ban.create({ data: { roomId, userId: banned } });
  await service.prisma.closedRoom.create({ data: { roomId: closedId } });
  const sends: Record<string, Send> = {
    new: send(),
    'an answer': send({ replyTo: 2 }),
    'with mentions': send({ text: '@all', mentions: { users: [], room: true } }),
    'known already': { ...known, id: randomUUID() },
    'an answer to nothing': send({ replyTo: 99 }),
    'of a banned person': send({ senderId: banned }),
    'into a closed room': send({ roomId: closedId }),
    'into a room without any': send({ roomId: randomUUID() }),
  };
  return { roomId, lease, sends };
}

const told = ({ status, stored }: AppendRow) => ({ status, stored: stored !== null });

test('a message that comes alone and one among others get the same answer', async () => {
  const together = await stage();
  const names = Object.keys(together.sends);
  const rows = await append(service.pool, together.lease, Object.values(together.sends), []);
  const expected = new Map(rows.map((row) => [names[row.idx - 1], told(row)]));

  const alone = await stage();
  for (const [name, send] of Object.entries(alone.sends)) {
    const answers = await append(service.pool, alone.lease, [send], []);
    expect([name, ...answers.map(told)]).toEqual([name, expected.get(name)]);
  }
  const stored = (roomId: string) =>
    service.prisma.message.findMany({
      where: { roomId },
      orderBy: { seq: 'asc' },
      select: { seq: true, rev: true, text: true, replyTo: true, mentions: true },
    });
  const messages = await stored(alone.roomId);
  expect(messages).toHaveLength(5);
  expect(messages).toEqual(await stored(together.roomId));
});

test('a message that comes alone is not stored under a lease that is lost', async () => {
  const { roomId, lease, sends } = await stage();
  const before = await service.prisma.counter.findUnique({ where: { roomId } });
  const late = append(service.pool, { ...lease, epoch: lease.epoch - 1 }, [sends['new'] as Send], []);
  await expect(late).rejects.toMatchObject({ code: 'BR001' });
  expect(await service.prisma.counter.findUnique({ where: { roomId } })).toEqual(before);
  expect(await service.prisma.message.count({ where: { roomId } })).toBe(2);
});
