import { randomUUID } from 'node:crypto';
import { keys, partitionOf } from '@brook/common/contracts';
import { toFields, toPack, toRecord } from '@brook/common/streams';
import { eventually } from '@brook/common/testing';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { person, type RunningMessages, startMessages, stored } from './support/service.js';

let service: RunningMessages;
let owner: ReturnType<RunningMessages['newOwner']>;

beforeAll(async () => {
  service = await startMessages();
  owner = service.newOwner();
  await owner.start();
});

afterAll(async () => {
  await owner.stop();
  await service.stop();
});

test('a message is stored before it is answered, with seq and rev from 1', async () => {
  const roomId = randomUUID();
  const ada = person();
  const message = stored(await service.gateway.send(roomId, ada, 'hello'));
  expect(message).toMatchObject({
    roomId,
    seq: 1,
    rev: 1,
    text: 'hello',
    sender: { id: ada.id, username: 'ada' },
    reactions: [],
  });
  const row = await service.prisma.message.findFirstOrThrow({ where: { roomId } });
  expect(row).toMatchObject({ seq: 1n, text: 'hello', clientId: message.clientId });
  const history = await service.client.request<{ items: unknown[] }>(`/rooms/${roomId}/messages`);
  expect(history.items).toEqual([message]);
});

test('twenty senders at once: dense seq in one order, each sender in its own order', async () => {
  const roomId = randomUUID();
  const senders = Array.from({ length: 20 }, (_, i) => person(`s${i}`));
  const answers = await Promise.all(
    senders.flatMap((sender) => Array.from({ length: 25 }, (_, k) => service.gateway.send(roomId, sender, String(k)))),
  );
  const messages = answers.map(stored).sort((a, b) => a.seq - b.seq);
  expect(messages.map(({ seq }) => seq)).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
  for (const sender of senders) {
    const texts = messages.filter((message) => message.sender.id === sender.id).map(({ text }) => Number(text));
    expect(texts).toEqual([...texts].sort((a, b) => a - b));
  }
  const events = service.gateway.seen.filter((entry) => entry['room'] === roomId).map((entry) => Number(entry['rev']));
  expect(events).toEqual(Array.from({ length: 500 }, (_, i) => i + 1));
});

test('one client id at once and again later is one message', async () => {
  const roomId = randomUUID();
  const ada = person();
  const clientId = randomUUID();
  const [first, second] = await Promise.all([
    service.gateway.send(roomId, ada, 'once', clientId),
    service.gateway.send(roomId, ada, 'other words', clientId),
  ]);
  const third = await service.gateway.send(roomId, ada, 'later', clientId);
  expect(stored(second)).toEqual(stored(first));
  expect(stored(third)).toEqual(stored(first));
  expect(third).toMatchObject({ duplicate: true });
  expect(await service.prisma.message.count({ where: { roomId } })).toBe(1);
});

test('a reply must name a message of the room', async () => {
  const roomId = randomUUID();
  const ada = person();
  await service.gateway.send(roomId, ada, 'first');
  const data = { clientId: randomUUID(), text: 're', replyTo: 1 };
  expect(stored(await service.gateway.command('message.send', roomId, ada, data)).replyTo).toBe(1);
  const toNothing = { ...data, clientId: randomUUID(), replyTo: 99 };
  expect(await service.gateway.command('message.send', roomId, ada, toNothing)).toMatchObject({
    error: { code: 'validation_failed' },
  });
});

test('edits, deletes and reactions take one rev each, and none without effect', async () => {
  const roomId = randomUUID();
  const [ada, bob] = [person('ada'), person('bob')];
  const { command } = service.gateway;
  await service.gateway.send(roomId, ada, 'draft');
  expect(stored(await command('message.edit', roomId, ada, { seq: 1, text: 'final' }))).toMatchObject({
    rev: 2,
    text: 'final',
    seq: 1,
  });
  expect(stored(await command('message.edit', roomId, ada, { seq: 1, text: 'final' })).rev).toBe(2);
  expect(await command('message.edit', roomId, bob, { seq: 1, text: 'mine' })).toMatchObject({ error: { code: 'forbidden' } });
  expect(await command('message.edit', roomId, ada, { seq: 7, text: 'none' })).toMatchObject({ error: { code: 'not_found' } });
  const reacted = stored(await command('message.react', roomId, bob, { seq: 1, emoji: '👍', on: true }));
  expect(reacted).toMatchObject({ rev: 3, reactions: [{ emoji: '👍', count: 1, userIds: [bob.id] }] });
  expect(stored(await command('message.react', roomId, bob, { seq: 1, emoji: '👍', on: true })).rev).toBe(3);
  expect(stored(await command('message.react', roomId, bob, { seq: 1, emoji: '👍', on: false })).reactions).toEqual([]);
  expect(await command('message.delete', roomId, bob, { seq: 1, moderator: false })).toMatchObject({
    error: { code: 'forbidden' },
  });
  const deleted = stored(await command('message.delete', roomId, bob, { seq: 1, moderator: true }));
  expect(deleted).toMatchObject({ rev: 5, text: '', seq: 1 });
  expect(deleted.deletedAt).not.toBeNull();
  expect(await command('message.edit', roomId, ada, { seq: 1, text: 'back' })).toMatchObject({ error: { code: 'conflict' } });
});

test('a change with the same idempotency key is made once', async () => {
  const roomId = randomUUID();
  const ada = person();
  await service.gateway.send(roomId, ada, 'one');
  await service.gateway.command('message.edit', roomId, ada, { seq: 1, text: 'two' }, 'key-1');
  const again = stored(await service.gateway.command('message.edit', roomId, ada, { seq: 1, text: 'three' }, 'key-1'));
  expect(again).toMatchObject({ rev: 2, text: 'two' });
});

test('closed rooms and banned people are refused by the writing statement', async () => {
  const roomId = randomUUID();
  const ada = person();
  await service.gateway.send(roomId, ada, 'before');
  await service.prisma.ban.create({ data: { roomId, userId: ada.id } });
  expect(await service.gateway.send(roomId, ada, 'banned')).toMatchObject({ error: { code: 'forbidden' } });
  await service.prisma.closedRoom.create({ data: { roomId } });
  expect(await service.gateway.send(roomId, person(), 'closed')).toMatchObject({ error: { code: 'not_found' } });
  expect(await service.prisma.message.count({ where: { roomId } })).toBe(1);
});

test('an entry that is no command goes to the dead letters, and the partition goes on', async () => {
  const roomId = randomUUID();
  const partition = partitionOf(roomId, service.partitions);
  await service.redis.xadd(keys.commands('messages', partition), '*', 'type', 'message.send', 'key', roomId, 'data', '{not json');
  expect(stored(await service.gateway.send(roomId, person(), 'after'))).toMatchObject({ seq: 1 });
  expect(await service.redis.xlen(keys.deadLetters('messages', partition))).toBe(1);
  await eventually(async () => expect(await service.redis.xlen(keys.commands('messages', partition))).toBe(0));
});

test('a command that the database refuses is given up after five attempts, its neighbours are not', async () => {
  const roomId = randomUUID();
  const partition = partitionOf(roomId, service.partitions);
  const before = await service.redis.xlen(keys.deadLetters('messages', partition));
  const ada = person();
  // Unpaired surrogates never pass a gateway; Postgres refuses them inside the JSON of an edit.
  const [good, bad] = await Promise.all([
    service.gateway.send(roomId, ada, 'good'),
    service.gateway.command('message.edit', roomId, ada, { seq: 1, text: '\u0000' }),
  ]);
  expect(stored(good).seq).toBe(1);
  expect(bad).toMatchObject({ error: { code: 'internal' } });
  expect(await service.redis.xlen(keys.deadLetters('messages', partition))).toBe(before + 1);
  expect(stored(await service.gateway.send(roomId, ada, 'after')).seq).toBe(2);
});

test.each(['entries of their own', 'one entry'])(
  'commands that cannot be done, amid good ones in %s: each buried once, the others done in order',
  async (how) => {
    const roomId = randomUUID();
    const partition = partitionOf(roomId, service.partitions);
    const stream = keys.commands('messages', partition);
    const letters = keys.deadLetters('messages', partition);
    const before = (await service.redis.xrange(letters, '-', '+')).length;
    const ada = person();
    const send = (text: string) => [
      ...['type', 'message.send', 'key', roomId, 'actor', JSON.stringify(ada)],
      ...['data', JSON.stringify({ clientId: randomUUID(), text, replyTo: null })],
    ];
    const unreadable = ['type', 'message.send', 'key', roomId, 'data', '{not json'];
    const refused = send('a \u0000 that no text column takes');
    // One transaction: the owner reads all of it at once.
    const batch = service.redis.multi();
    const commands = [send('1'), unreadable, send('2'), refused, send('3'), unreadable, refused, send('4')];
    for (const entry of how === 'one entry' ? [toPack(commands.map((flat) => toRecord(toFields(flat))))] : commands)
      batch.xadd(stream, '*', ...entry);
    await batch.exec();
    await eventually(async () => expect(await service.redis.xlen(stream)).toBe(0), { timeout: 20_000 });
    const rows = await service.prisma.message.findMany({ where: { roomId }, orderBy: { seq: 'asc' } });
    expect(rows.map(({ seq, text }) => [Number(seq), text])).toEqual(['1', '2', '3', '4'].map((text, i) => [i + 1, text]));
    const buried = (await service.redis.xrange(letters, '-', '+')).slice(before).map(([, fields]) => toFields(fields)['fields']);
    expect(buried.sort()).toEqual([unreadable, unreadable, refused, refused].map((entry) => JSON.stringify(entry)).sort());
    expect(stored(await service.gateway.send(roomId, ada, 'after')).seq).toBe(5);
    await eventually(async () => expect(await service.prisma.attempt.count()).toBe(0));
  },
  30_000,
);

test('a send does not overtake one that Redis lost', async () => {
  const roomId = randomUUID();
  const ada = person();
  const lost = randomUUID();
  const after = { clientId: randomUUID(), text: 'second', replyTo: null, prev: lost };
  expect(await service.gateway.command('message.send', roomId, ada, after)).toMatchObject({ error: { code: 'retry_order' } });
  stored(await service.gateway.send(roomId, ada, 'first', lost));
  expect(stored(await service.gateway.command('message.send', roomId, ada, after)).seq).toBe(2);
});
