import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type LastMessage, type Page, partitionOf, type Room, type RoomListItem, type User } from '@brook/common/contracts';
import { FencedError } from '@brook/common/streams';
import { eventually, type PrivateRedis, startPrivateRedis } from '@brook/common/testing';
import { HeadRepository } from '../src/repositories/head-repository.js';
import { Harness, newUser, PARTITIONS } from './harness.js';

let redis: PrivateRedis;
let rooms: Harness;
beforeAll(async () => {
  redis = await startPrivateRedis({ persistent: false });
  rooms = await Harness.start({ redisUrl: redis.url });
});
afterAll(async () => {
  await rooms.stop();
  await redis.stop();
});

async function itemOf(room: Room, user: User): Promise<RoomListItem> {
  const { items } = await rooms.http.request<Page<RoomListItem>>(`/users/${user.id}/rooms`);
  const item = items.find((candidate) => candidate.room.id === room.id);
  if (!item) throw new Error('the room is not listed');
  return item;
}

/** Waits until the room's head shows this. */
const headBecomes = (room: Room, user: User, lastMessage: Partial<LastMessage>, within = 3_000) =>
  eventually(
    async () => {
      const item = await itemOf(room, user);
      expect(item.lastMessage).toMatchObject(lastMessage);
      return item;
    },
    { timeout: within },
  );

async function pair(): Promise<{ room: Room; ann: User; ben: User }> {
  const [ann, ben] = [newUser(), newUser()];
  const room = await rooms.createRoom(ann);
  await rooms.join(room, ben);
  return { room, ann, ben };
}

describe('heads', () => {
  test('follow messages, edits and deletions; one’s own messages are read, the others’ are not', async () => {
    const { room, ann, ben } = await pair();
    for (let i = 1; i <= 5; i++) await rooms.neighbours.send(room.id, i === 2 ? ben : ann, `text ${i}`);
    const item = await headBecomes(room, ann, { seq: 5, text: 'text 5', deletedAt: null });
    expect(item).toMatchObject({ unread: 0, lastReadSeq: 5, room: { lastSeq: 5 } });
    expect(await itemOf(room, ben)).toMatchObject({ unread: 3, lastReadSeq: 2 });
    const message = await rooms.neighbours.send(room.id, ben, 'x'.repeat(500));
    await headBecomes(room, ben, { seq: 6, text: 'x'.repeat(200) });
    const edited = await rooms.neighbours.change(message, { text: 'edited', editedAt: new Date().toISOString() });
    await headBecomes(room, ben, { seq: 6, text: 'edited' });
    await rooms.neighbours.change(edited, { text: '', deletedAt: '2026-01-01T00:00:00.000Z' });
    await headBecomes(room, ben, { seq: 6, text: '', deletedAt: '2026-01-01T00:00:00.000Z' });
    expect((await itemOf(room, ann)).unread).toBe(1);
    const read = await rooms.send('room.read', room.id, ann, { seq: 99, lastSeq: 0 });
    expect(read).toEqual({ lastReadSeq: 6, unread: 0 });
  });

  test('a lost event is pulled, a repeated one changes nothing', async () => {
    const { room, ann, ben } = await pair();
    const first = await rooms.neighbours.send(room.id, ann, 'one');
    await headBecomes(room, ann, { seq: 1 });
    await rooms.neighbours.send(room.id, ben, 'two, never announced', { announce: false });
    await rooms.neighbours.send(room.id, ann, 'three');
    await headBecomes(room, ann, { seq: 3 });
    expect((await itemOf(room, ben)).lastReadSeq).toBe(2);
    await rooms.neighbours.announce('message.created', first);
    await rooms.neighbours.send(room.id, ann, 'four');
    await headBecomes(room, ann, { seq: 4, text: 'four' });
  });

  test('far behind, every sender’s own marker is still found', async () => {
    const { room, ann, ben } = await pair();
    await rooms.neighbours.send(room.id, ben, 'first', { announce: false });
    for (let i = 0; i < 620; i++) await rooms.neighbours.send(room.id, ann, `text ${i}`, { announce: false });
    await rooms.neighbours.send(room.id, ann, 'announced');
    await headBecomes(room, ann, { seq: 622 });
    expect(await itemOf(room, ben)).toMatchObject({ lastReadSeq: 1, unread: 621 });
    expect(await itemOf(room, ann)).toMatchObject({ lastReadSeq: 622, unread: 0 });
  });

  test('what was never announced is found by the next owner', async () => {
    const { room, ann } = await pair();
    await rooms.neighbours.send(room.id, ann, 'never announced', { announce: false });
    await rooms.restart();
    await headBecomes(room, ann, { seq: 1, text: 'never announced' }, 8_000);
  });

  test('Redis emptied: heads catch up, follow again, and the read model is complete', async () => {
    const { room, ann, ben } = await pair();
    await rooms.http.request(`/rooms/${room.id}/access`, { query: { userId: ann.id } });
    expect(Object.keys((await rooms.info(room.id))?.members ?? {})).toHaveLength(2);
    await rooms.neighbours.send(room.id, ann, 'one');
    await headBecomes(room, ann, { seq: 1 });
    await rooms.neighbours.send(room.id, ann, 'lost with Redis', { announce: false });
    await redis.halt();
    await redis.resume();
    await headBecomes(room, ann, { seq: 2 }, 12_000);
    expect(await rooms.info(room.id)).toBeNull();
    await rooms.neighbours.send(room.id, ben, 'three');
    await headBecomes(room, ann, { seq: 3, text: 'three' });
    const joiner = newUser();
    await eventually(() => rooms.join(room, joiner), { timeout: 8_000 });
    await rooms.http.request(`/rooms/${room.id}/access`, { query: { userId: joiner.id } });
    expect(Object.keys((await rooms.info(room.id))?.members ?? {})).toHaveLength(3);
  });

  test('a messages database that went back takes the head with it', async () => {
    const { room, ann } = await pair();
    for (let i = 1; i <= 4; i++) await rooms.neighbours.send(room.id, ann, `text ${i}`);
    await headBecomes(room, ann, { seq: 4 });
    rooms.neighbours.restore(room.id, 2);
    await rooms.restart();
    await headBecomes(room, ann, { seq: 2 }, 8_000);
  });

  test('are not stored under a lease that is lost', async () => {
    const { room, ann } = await pair();
    await rooms.neighbours.send(room.id, ann, 'one');
    await headBecomes(room, ann, { seq: 1 });
    const partition = partitionOf(room.id, PARTITIONS);
    const lease = await rooms.prisma.lease.findUniqueOrThrow({ where: { partition } });
    const stale = { partition, owner: lease.owner, epoch: Number(lease.epoch) - 1 };
    const update = { roomId: room.id, lastSeq: 9, lastRev: 9, lastMessage: null, reset: false };
    const own = { roomId: room.id, userId: ann.id, seq: 9 };
    await expect(new HeadRepository(rooms.prisma).store(stale, [update], [own])).rejects.toThrow(FencedError);
    expect(await itemOf(room, ann)).toMatchObject({ lastReadSeq: 1, room: { lastSeq: 1 } });
  });
});
