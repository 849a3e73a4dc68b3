import { randomUUID } from 'node:crypto';
import { partitionOf } from '@brook/common/contracts';
import type { HeldLease } from '@brook/common/streams';
import { eventually } from '@brook/common/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type AppendRow, append, type Send } from '../src/repositories/append.js';
import { bigints, integers, jsonbs, texts, uuids } from '../src/repositories/binary-arrays.js';
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

test('several new messages are stored as they were sent, and numbered in each room as they came', async () => {
  const stages = [await stage(), await stage(), await stage()];
  const sends = [0, 1, 2, 1, 0, 1].map((n, i) => {
    const send = (stages[n] as (typeof stages)[number]).sends['new'] as Send;
    const profileJson = JSON.stringify({ displayName: i < 4 ? 'Ada' : 'Countess "Ada"' });
    const replyTo = i === 3 ? 2 : 0;
    return { ...send, clientId: randomUUID(), id: randomUUID(), text: `${i}: "it's" {\\,} NULL 안녕 🦄\n`, profileJson, replyTo };
  });
  const rows = await append(service.pool, stages[0]?.lease as HeldLease, sends, []);
  expect(rows.map(({ idx, status, seq, rev }) => [idx, status, seq, rev])).toEqual(
    [3, 3, 3, 4, 4, 5].map((seq, i) => [i + 1, 'created', seq, seq]),
  );
  for (const [i, send] of sends.entries()) {
    const { seq, rev, at_ms: at } = rows[i] as AppendRow;
    const stored = await service.prisma.message.findUnique({ where: { roomId_seq: { roomId: send.roomId, seq: Number(seq) } } });
    const { roomId, senderId, clientId, id, text } = send;
    const replyTo = send.replyTo === 0 ? null : BigInt(send.replyTo);
    const sender = JSON.parse(send.profileJson) as unknown;
    expect(stored).toMatchObject({ roomId, senderId, clientId, id, text, replyTo, sender, rev: BigInt(Number(rev)) });
    expect(stored?.createdAt.getTime()).toBe(at);
  }
  const counters = await service.prisma.counter.findMany({ where: { roomId: { in: stages.map(({ roomId }) => roomId) } } });
  expect(counters.map(({ lastSeq, lastRev }) => [lastSeq, lastRev]).sort()).toEqual([3n, 4n, 5n].map((n) => [n, n]));
});

test('one that is refused or known already keeps no other of its batch from being stored, once', async () => {
  const together = await stage();
  const names = Object.keys(together.sends);
  const rows = await append(service.pool, together.lease, Object.values(together.sends), []);
  const expected = new Map(rows.map((row) => [names[row.idx - 1], told(row)]));

  const { roomId, lease, sends } = await stage();
  let created = 2;
  for (const [name, send] of Object.entries(sends)) {
    const other = { ...(sends['new'] as Send), clientId: randomUUID(), id: randomUUID() };
    const answers = await append(service.pool, lease, [other, send], []);
    const [first, second] = answers.sort((a, b) => a.idx - b.idx).map(told);
    expect([name, first, second]).toEqual([name, { status: 'created', stored: false }, expected.get(name)]);
    created += send.roomId === roomId && second?.status === 'created' ? 2 : 1;
  }
  const seqs = await service.prisma.message.findMany({
    where: { roomId },
    orderBy: { seq: 'asc' },
    select: { seq: true, rev: true },
  });
  expect(seqs).toEqual(Array.from({ length: created }, (_, i) => ({ seq: BigInt(i + 1), rev: BigInt(i + 1) })));
  const counter = await service.prisma.counter.findUnique({ where: { roomId } });
  expect(counter).toMatchObject({ lastSeq: BigInt(created), lastRev: BigInt(created) });
});

test('several messages are not stored under a lease that is lost', async () => {
  const { roomId, lease, sends } = await stage();
  const late = append(service.pool, { ...lease, epoch: lease.epoch - 1 }, [sends['new'] as Send, sends['an answer'] as Send], []);
  await expect(late).rejects.toMatchObject({ code: 'BR001' });
  expect(await service.prisma.message.count({ where: { roomId } })).toBe(2);
});

test('arrays arrive as they were, in the binary format as well', async () => {
  const ids = [randomUUID(), randomUUID().toUpperCase()];
  const numbers = [0, 1, 2 ** 31, 2 ** 32, 2 ** 32 + 7, Number.MAX_SAFE_INTEGER];
  const words = ['', '한국어 🦄', '"{NULL,\\}', 'x'.repeat(70_000)];
  const profiles = ['{"a": "é"}', '[]'];
  const { rows } = await service.pool.query(
    'SELECT $1::uuid[]::text[] AS ids, $2::bigint[]::text[] AS numbers, $3::integer[] AS integers, $4::text[] AS words, $5::jsonb[]::text[] AS profiles',
    [uuids(ids), bigints(numbers), integers([1, 512]), texts(words), jsonbs(profiles)],
  );
  const lower = ids.map((id) => id.toLowerCase());
  expect(rows).toEqual([{ ids: lower, numbers: numbers.map(String), integers: [1, 512], words, profiles }]);
  for (const wrong of ['', 'x', `${ids[0]}0`, ids[0]?.slice(1) ?? '', ids[0]?.replaceAll('-', '') ?? '', `z${ids[0]?.slice(1)}`])
    expect(() => uuids([wrong])).toThrow(RangeError);
});
