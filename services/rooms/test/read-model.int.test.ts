import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keys, partitionOf, type RoomAccess } from '@brook/common/contracts';
import { toProfile } from '../src/profiles.js';
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
  await rooms.send('ban.put', room.id, owner, { target: toProfile(ben) });
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
  await access(room.id, owner.id);
  const partition = partitionOf(room.id, PARTITIONS);
  await rooms.send('room.delete', room.id, owner, {});
  expect(await rooms.info(room.id)).toBeNull();
  expect(await rooms.refusal(access(room.id, owner.id))).toBe('not_found');
  const guard = await rooms.redis.get(`${keys.roomInfo(partition, room.id)}:guard`);
  expect(Number(guard)).toBe(rooms.changesOf(room.id).at(-1)?.n);
});
