import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keys, partitionOf, type RoomAccess } from '@brook/common/contracts';
import { publish } from '@brook/common/streams';
import { Housekeeping } from '../src/housekeeping.js';
import { ChangeRepository } from '../src/repositories/change-repository.js';
import { Harness, newUser, PARTITIONS } from './harness.js';

let rooms: Harness;
beforeAll(async () => {
  rooms = await Harness.start();
});
afterAll(() => rooms.stop());

const access = (roomId: string, userId: string) =>
  rooms.http.request<RoomAccess>(`/rooms/${roomId}/access`, { query: { userId } });

test('a warmed room follows joins, renames, leaves, roles and bans', async () => {
  const [owner, ann, ben] = [newUser(), newUser(), newUser()];
  const room = await rooms.createRoom(owner);
  expect(await rooms.info(room.id)).toBeNull();
  await access(room.id, owner.id);
  await rooms.join(room, ann, 4);
  await rooms.join(room, ben);
  await rooms.send('room.update', room.id, owner, { name: 'Renamed' });
  await rooms.send('ban.put', room.id, owner, { target: ben });
  const info = await rooms.info(room.id);
  expect(info).toMatchObject({ room: { name: 'Renamed', memberCount: 2 }, bans: [ben.id] });
  expect(info?.n).toBe(rooms.changesOf(room.id).at(-1)?.n);
  expect(info?.members).toEqual({
    [owner.id]: (await access(room.id, owner.id)).membership,
    [ann.id]: (await access(room.id, ann.id)).membership,
  });
  await rooms.put(room, owner, ann, 'moderator');
  await access(room.id, ann.id);
  expect((await rooms.info(room.id))?.members[ann.id]?.role).toBe('moderator');
  await rooms.send('ban.delete', room.id, owner, { userId: ben.id });
  await rooms.send('member.leave', room.id, ann, {});
  expect(await rooms.info(room.id)).toMatchObject({ bans: [], room: { memberCount: 1 } });
  expect(Object.keys((await rooms.info(room.id))?.members ?? {})).toEqual([owner.id]);
});

test('warmers that race with changes never leave a half or an old room', async () => {
  const owner = newUser();
  const room = await rooms.createRoom(owner);
  const key = keys.roomInfo(partitionOf(room.id, PARTITIONS), room.id);
  for (let round = 0; round < 15; round++) {
    const users = Array.from({ length: 8 }, () => newUser());
    // An expiry at any moment: every order of expiry, reading, change and storing is met sooner or later.
    const disturb = users.flatMap((user) => [rooms.redis.del(key), access(room.id, user.id)]);
    await Promise.all([...users.map((user) => rooms.join(room, user)), ...disturb]);
    const info = await rooms.info(room.id);
    if (!info) continue;
    expect(Object.keys(info.members)).toHaveLength(1 + (round + 1) * 8);
    expect(info.room.memberCount).toBe(1 + (round + 1) * 8);
  }
});

test('a late, older patch neither overwrites nor brings a deleted room back', async () => {
  const owner = newUser();
  const room = await rooms.createRoom(owner);
  const partition = partitionOf(room.id, PARTITIONS);
  await access(room.id, owner.id);
  await rooms.send('room.update', room.id, owner, { name: 'Newest' });
  const version = rooms.changesOf(room.id)[0]?.n ?? 0;
  // As of a publisher that was paused: its partition has another owner by now, and newer changes are out.
  const late = (mode: 'patch' | 'replace') =>
    publish(
      rooms.redis,
      { events: keys.events('rooms', partition), commands: keys.commands('rooms', partition) },
      {
        entries: [],
        patches: [{ key: keys.roomInfo(partition, room.id), version, ttlSeconds: 60, mode, set: { room: '{"name":"Late"}' } }],
        finished: [],
      },
    );
  await late('patch');
  expect((await rooms.info(room.id))?.room.name).toBe('Newest');
  await rooms.send('room.delete', room.id, owner, {});
  await late('replace');
  await late('patch');
  expect(await rooms.info(room.id)).toBeNull();
  expect(await rooms.redis.get(`${keys.roomInfo(partition, room.id)}:guard`)).toBe(String(rooms.changesOf(room.id).at(-1)?.n));
  expect(await rooms.refusal(access(room.id, owner.id))).toBe('not_found');
});

test('answers of commands are forgotten after a day', async () => {
  const owner = newUser();
  await rooms.createRoom(owner);
  const results = () => rooms.prisma.commandResult.count({ where: { actorId: owner.id } });
  const housekeeping = new Housekeeping(new ChangeRepository(rooms.prisma), PARTITIONS, rooms.logger);
  await housekeeping.run(new Date(Date.now() + 23 * 3_600_000));
  expect(await results()).toBe(1);
  await housekeeping.run(new Date(Date.now() + 25 * 3_600_000));
  expect(await results()).toBe(0);
});
