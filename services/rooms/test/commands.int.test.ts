import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { v7 as uuidv7 } from 'uuid';
import { Harness, newUser } from './harness.js';

let rooms: Harness;
beforeAll(async () => {
  rooms = await Harness.start();
});
afterAll(() => rooms.stop());

const typesOf = (roomId: string) => rooms.changesOf(roomId).map(({ type }) => type);

/** A room with an owner, a moderator and a member. */
async function peopled(visibility: 'public' | 'private' = 'public') {
  const [owner, moderator, member, stranger] = [newUser(), newUser(), newUser(), newUser()] as const;
  for (const user of [owner, moderator, member]) rooms.neighbours.know(user);
  const room = await rooms.createRoom(owner, { visibility });
  await rooms.put(room, owner, moderator, 'moderator');
  await rooms.put(room, owner, member);
  return { room, owner, moderator, member, stranger };
}

describe('room.create', () => {
  test('makes the actor owner and member', async () => {
    const owner = newUser();
    const room = await rooms.createRoom(owner, { name: '  Tea  ', topic: 'leaves' });
    expect(room).toMatchObject({ name: 'Tea', topic: 'leaves', ownerId: owner.id, memberCount: 1, lastSeq: 0 });
    expect(typesOf(room.id)).toEqual(['room.created', 'member.joined']);
    const access = await rooms.http.request(`/rooms/${room.id}/access`, { query: { userId: owner.id } });
    expect(access).toMatchObject({ room, membership: { role: 'owner' }, banned: false });
  });

  test('refuses guests, bad names and taken ids', async () => {
    const data = { name: 'x', topic: '', visibility: 'public', kind: 'group' } as const;
    expect(await rooms.refusal(rooms.createRoom(newUser({ kind: 'guest' })))).toBe('forbidden');
    expect(await rooms.refusal(rooms.createRoom(newUser(), { name: ' ' }))).toBe('validation_failed');
    expect(await rooms.refusal(rooms.createRoom(newUser(), { name: 'a\u0000b' }))).toBe('validation_failed');
    const room = await rooms.createRoom(newUser());
    expect(await rooms.refusal(rooms.send('room.create', room.id, newUser(), data))).toBe('conflict');
    expect(await rooms.refusal(rooms.send('room.create', 'no-uuid', newUser(), data))).toBe('validation_failed');
  });
});

describe('room.update and room.delete', () => {
  test('are moderators’ and owners’', async () => {
    const { room, owner, moderator, member, stranger } = await peopled();
    const update = (actor: typeof owner, data: { name?: string; topic?: string }) =>
      rooms.send('room.update', room.id, actor, data);
    for (const actor of [member, stranger]) expect(await rooms.refusal(update(actor, { name: 'no' }))).toBe('forbidden');
    expect((await update(moderator, { name: 'New' })).room.name).toBe('New');
    expect((await update(moderator, { name: 'New' })).room.name).toBe('New');
    expect((await update(newUser({ role: 'admin' }), { topic: 'T' })).room).toMatchObject({ name: 'New', topic: 'T' });
    expect(typesOf(room.id).filter((type) => type === 'room.updated')).toHaveLength(2);
    for (const actor of [moderator, member])
      expect(await rooms.refusal(rooms.send('room.delete', room.id, actor, {}))).toBe('forbidden');
    await rooms.send('room.delete', room.id, owner, {});
    expect(typesOf(room.id).at(-1)).toBe('room.deleted');
    expect(await rooms.refusal(rooms.http.request(`/rooms/${room.id}/access`, { query: { userId: owner.id } }))).toBe(
      'not_found',
    );
    expect(await rooms.refusal(rooms.join(room, stranger))).toBe('not_found');
    const left = await Promise.all([
      rooms.prisma.member.count({ where: { roomId: room.id } }),
      rooms.prisma.head.count({ where: { roomId: room.id } }),
      rooms.info(room.id),
    ]);
    expect(left).toEqual([0, 0, null]);
  });
});

describe('member.join and member.leave', () => {
  test('joining is for public rooms, begins at the newest message and repeats without effect', async () => {
    const { room } = await peopled();
    const user = newUser({ kind: 'guest' });
    const { membership } = await rooms.join(room, user, 7);
    expect(membership).toMatchObject({ roomId: room.id, userId: user.id, role: 'member', lastReadSeq: 7 });
    expect((await rooms.join(room, user, 9)).membership).toEqual(membership);
    expect(
      rooms.changesOf(room.id).filter(({ type, data }) => type === 'member.joined' && data.user.id === user.id),
    ).toHaveLength(1);
    const hidden = await peopled('private');
    expect(await rooms.refusal(rooms.join(hidden.room, user))).toBe('not_found');
    expect(await rooms.refusal(rooms.send('room.read', hidden.room.id, user, { seq: 1, lastSeq: 1 }))).toBe('not_found');
    expect((await rooms.join(hidden.room, hidden.member)).membership.role).toBe('member');
  });

  test('an owner who leaves hands over to the oldest moderator, then the oldest member; the last one deletes', async () => {
    const { room, owner, moderator, member } = await peopled();
    await rooms.send('member.leave', room.id, owner, {});
    expect(rooms.changesOf(room.id).slice(-3)).toMatchObject([
      { type: 'member.left', data: { user: { id: owner.id }, reason: 'left', room: { ownerId: moderator.id, memberCount: 2 } } },
      { type: 'member.updated', data: { user: moderator, role: 'owner' } },
      { type: 'room.updated', data: { room: { ownerId: moderator.id } } },
    ]);
    await rooms.send('member.leave', room.id, moderator, {});
    expect(rooms.changesOf(room.id).at(-1)).toMatchObject({ data: { room: { ownerId: member.id, memberCount: 1 } } });
    await rooms.send('member.leave', room.id, member, {});
    expect(typesOf(room.id).slice(-2)).toEqual(['member.left', 'room.deleted']);
    expect(await rooms.refusal(rooms.send('member.leave', room.id, member, {}))).toBe('not_found');
  });

  test('a stranger cannot leave; an heir whose profile nobody knows is not made owner blindly', async () => {
    const { room, stranger } = await peopled();
    expect(await rooms.refusal(rooms.send('member.leave', room.id, stranger, {}))).toBe('forbidden');
    const owner = newUser();
    const other = await rooms.createRoom(owner);
    await rooms.join(other, newUser());
    expect(await rooms.refusal(rooms.send('member.leave', other.id, owner, {}))).toBe('unavailable');
  });
});

describe('member.put', () => {
  test('a transfer leaves one owner, and the old one a moderator', async () => {
    const { room, owner, member } = await peopled('private');
    expect((await rooms.put(room, owner, member, 'owner')).membership).toMatchObject({ role: 'owner', userId: member.id });
    expect(rooms.changesOf(room.id).slice(-3)).toMatchObject([
      { type: 'member.updated', data: { user: { id: member.id }, role: 'owner', room: { ownerId: member.id } } },
      { type: 'member.updated', data: { user: { id: owner.id }, role: 'moderator' } },
      { type: 'room.updated', data: { room: { ownerId: member.id } } },
    ]);
    const roles = await rooms.prisma.member.findMany({ where: { roomId: room.id }, orderBy: { role: 'asc' } });
    expect(roles.map(({ role }) => role)).toEqual(['owner', 'moderator', 'moderator']);
    expect(await rooms.refusal(rooms.put(room, member, member, 'member'))).toBe('conflict');
  });

  test('an application admin transfers to somebody new', async () => {
    const { room, owner } = await peopled();
    const heir = newUser();
    await rooms.put(room, newUser({ role: 'admin' }), heir, 'owner');
    expect(rooms.changesOf(room.id).slice(-3)).toMatchObject([
      { type: 'member.joined', data: { membership: { role: 'owner' }, room: { memberCount: 4, ownerId: heir.id } } },
      { type: 'member.updated', data: { user: { id: owner.id }, role: 'moderator' } },
      { type: 'room.updated' },
    ]);
  });

  test('strangers, members, guests and banned people', async () => {
    const { room, owner, member, stranger } = await peopled();
    const guest = newUser({ kind: 'guest' });
    await rooms.join(room, guest);
    await rooms.put(room, owner, guest, 'moderator');
    for (const actor of [member, stranger, guest])
      expect(await rooms.refusal(rooms.put(room, actor, newUser()))).toBe('forbidden');
    await rooms.send('ban.put', room.id, owner, { target: stranger });
    expect(await rooms.refusal(rooms.put(room, owner, stranger))).toBe('forbidden');
  });
});

describe('member.remove and bans', () => {
  test('a kick, and who may not be kicked', async () => {
    const { room, owner, moderator, member, stranger } = await peopled();
    const kick = (actor: typeof owner, target: typeof owner) => rooms.send('member.remove', room.id, actor, { target });
    expect(await rooms.refusal(kick(member, moderator))).toBe('forbidden');
    expect(await rooms.refusal(kick(moderator, owner))).toBe('forbidden');
    expect(await rooms.refusal(kick(newUser({ role: 'admin' }), owner))).toBe('conflict');
    await kick(moderator, member);
    expect(rooms.changesOf(room.id).at(-1)).toMatchObject({
      type: 'member.left',
      data: { reason: 'removed', room: { memberCount: 2 } },
    });
    await kick(moderator, stranger);
    await kick(moderator, moderator);
    expect(rooms.changesOf(room.id).at(-1)).toMatchObject({
      type: 'member.left',
      data: { reason: 'left', user: { id: moderator.id } },
    });
  });

  test('a ban removes, keeps out, and is lifted', async () => {
    const { room, owner, moderator, member, stranger } = await peopled();
    const ban = (actor: typeof owner, target: typeof owner) => rooms.send('ban.put', room.id, actor, { target });
    expect(await rooms.refusal(ban(member, stranger))).toBe('forbidden');
    expect(await rooms.refusal(ban(moderator, owner))).toBe('forbidden');
    expect(await rooms.refusal(ban(owner, owner))).toBe('conflict');
    await ban(moderator, member);
    await ban(moderator, member);
    expect(typesOf(room.id).slice(-2)).toEqual(['ban.added', 'member.left']);
    const access = await rooms.http.request(`/rooms/${room.id}/access`, { query: { userId: member.id } });
    expect(access).toMatchObject({ membership: null, banned: true });
    expect(await rooms.refusal(rooms.join(room, member))).toBe('forbidden');
    await rooms.send('ban.delete', room.id, moderator, { userId: member.id });
    await rooms.send('ban.delete', room.id, moderator, { userId: member.id });
    expect(typesOf(room.id).filter((type) => type === 'ban.removed')).toHaveLength(1);
    expect((await rooms.join(room, member)).membership.role).toBe('member');
  });
});

describe('room.read', () => {
  test('never moves back, is clamped, and is announced when it moves', async () => {
    const { room, member, stranger } = await peopled();
    const read = (seq: number, lastSeq: number) => rooms.send('room.read', room.id, member, { seq, lastSeq });
    expect(await read(3, 10)).toEqual({ lastReadSeq: 3, unread: 7 });
    expect(await read(2, 10)).toEqual({ lastReadSeq: 3, unread: 7 });
    expect(await read(99, 10)).toEqual({ lastReadSeq: 10, unread: 0 });
    expect(await rooms.refusal(rooms.send('room.read', room.id, stranger, { seq: 1, lastSeq: 1 }))).toBe('forbidden');
    const moved = rooms.events.filter(({ type, key }) => type === 'room.read' && key === room.id);
    expect(moved.map(({ n, data }) => [n, JSON.parse(data)])).toEqual([
      [undefined, { roomId: room.id, userId: member.id, lastReadSeq: 3, unread: 7 }],
      [undefined, { roomId: room.id, userId: member.id, lastReadSeq: 10, unread: 0 }],
    ]);
  });
});

test('an unknown room is not found by any command', async () => {
  expect(await rooms.refusal(rooms.send('room.update', uuidv7(), newUser(), {}))).toBe('not_found');
});
