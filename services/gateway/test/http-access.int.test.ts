import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import {
  keys,
  type Membership,
  partitionOf,
  type Profile,
  type Room,
  type RoomAccess as AccessAnswer,
} from '@brook/common/contracts';
import { AppError } from '@brook/common/errors';
import type { InternalRequest } from '@brook/common/http';
import { createLogger } from '@brook/common/logging';
import { freshRedis } from '@brook/common/testing';
import { Redis } from 'ioredis';
import { RoomAccess } from '../src/access/room-access.js';

const PARTITIONS = 2;
const logger = createLogger({ service: 'test', level: 'silent' });
const createdAt = '2026-01-01T00:00:00.000Z';
let redis: Redis;

/** The rooms service as far as this is concerned: says what it is told to, and counts. */
class Owner {
  readonly standings = new Map<string, AccessAnswer>();
  asked = 0;
  /** Called while a question is on its way. */
  meanwhile: () => void = () => undefined;

  async request<T>(path: string, { query }: InternalRequest = {}): Promise<T> {
    this.asked++;
    const roomId = path.split('/')[2] ?? '';
    const answer = this.standings.get(`${roomId} ${String(query?.['userId'])}`) ?? this.standings.get(roomId);
    await Promise.resolve();
    this.meanwhile();
    if (!answer) throw new AppError('not_found');
    return answer as T;
  }
}

let owner: Owner;
let access: RoomAccess;
let room: Room;
let userId: string;
let user: Profile;

beforeAll(async () => {
  redis = new Redis(await freshRedis());
});
afterAll(() => redis.disconnect());
beforeEach(() => {
  owner = new Owner();
  access = new RoomAccess({ redis, rooms: owner, partitions: PARTITIONS, logger });
  userId = randomUUID();
  user = { id: userId, username: 'ada', displayName: 'Ada', avatarUrl: null };
  const id = randomUUID();
  room = {
    id,
    name: 'R',
    topic: '',
    visibility: 'private',
    kind: 'group',
    ownerId: randomUUID(),
    memberCount: 2,
    lastSeq: 0,
    createdAt,
  };
});

const membership = (role: Membership['role'] = 'member'): Membership => ({
  roomId: room.id,
  userId,
  role,
  joinedAt: createdAt,
  lastReadSeq: 0,
});
const answer = (role: Membership['role'] | null, banned = false): AccessAnswer => ({
  room,
  membership: role === null ? null : membership(role),
  banned,
});
const owns = (standing: AccessAnswer | undefined) => {
  if (standing) owner.standings.set(`${room.id} ${userId}`, standing);
  else owner.standings.clear();
};
const stores = (fields: Record<string, string>) =>
  redis.hset(keys.roomInfo(partitionOf(room.id, PARTITIONS), room.id), { n: '7', room: JSON.stringify(room), ...fields });
const check = (action: Parameters<RoomAccess['check']>[2], options: Parameters<RoomAccess['check']>[3] = {}) =>
  access.check(userId, room.id, action, options);
const joined = () => access.apply({ n: 9, type: 'member.joined', key: room.id, data: { room, user, membership: membership() } });
const left = () => access.apply({ n: 10, type: 'member.left', key: room.id, data: { room, user, reason: 'removed' } });

describe('RoomAccess', () => {
  test('takes a positive answer of the read model, and then of its memory', async () => {
    await stores({ [`m:${userId}`]: JSON.stringify(membership()) });
    expect(await check('message.send')).toMatchObject({ room, role: 'member' });
    await redis.del(keys.roomInfo(partitionOf(room.id, PARTITIONS), room.id));
    expect(access.known(userId, room.id, 'message.send')).toMatchObject({ role: 'member' });
    expect(await check('message.send')).toMatchObject({ role: 'member' });
    expect(owner.asked).toBe(0);
  });

  test('what was prepared is in its memory, unless a removal came meanwhile', async () => {
    await stores({ [`m:${userId}`]: JSON.stringify(membership()) });
    await access.prepare(userId, room.id);
    expect(access.known(userId, room.id, 'message.send')).toMatchObject({ room, role: 'member' });
    access.forget(room.id);
    const preparing = access.prepare(userId, room.id);
    left();
    await stores({ [`m:${userId}`]: '' });
    await preparing;
    expect(access.known(userId, room.id, 'message.send')).toBeUndefined();
    expect(owner.asked).toBe(0);
  });

  test('never takes a negative one: the rooms service has the last word', async () => {
    await stores({});
    owns(answer('member'));
    expect(await check('message.send')).toMatchObject({ role: 'member' });
    expect(owner.asked).toBe(1);
    left();
    expect(access.known(userId, room.id, 'message.send')).toBeUndefined();
    owns(answer('member'));
    expect(await check('message.send')).toMatchObject({ role: 'member' });
    expect(owner.asked).toBe(2);
  });

  test('from the read model on, memory is not asked', async () => {
    await stores({ [`m:${userId}`]: JSON.stringify(membership()) });
    await check('message.send');
    await redis.hdel(keys.roomInfo(partitionOf(room.id, PARTITIONS), room.id), `m:${userId}`);
    owns(answer(null));
    await expect(check('message.send', { from: 'readModel' })).rejects.toMatchObject({ code: 'not_found' });
  });

  test('what only moderators may do is asked each time, though a role is cached', async () => {
    await stores({ [`m:${userId}`]: JSON.stringify(membership('moderator')) });
    owns(answer('member'));
    await expect(check('member.remove')).rejects.toMatchObject({ code: 'forbidden' });
    owns(answer('moderator'));
    await check('member.remove');
    await check('member.remove');
    expect(owner.asked).toBe(3);
    expect(access.known(userId, room.id, 'member.remove')).toBeUndefined();
  });

  test('a change that comes while a question is on its way wins over its older answer', async () => {
    owns(answer('member'));
    owner.meanwhile = () => {
      owner.meanwhile = () => undefined;
      owns(answer(null));
      left();
    };
    await expect(check('message.send')).rejects.toMatchObject({ code: 'not_found' });
    expect(owner.asked).toBe(2);
    expect(access.known(userId, room.id, 'message.send')).toBeUndefined();
  });

  test('joining seen by the feed opens at once what was remembered as closed', async () => {
    room = { ...room, visibility: 'public' };
    owns(answer(null));
    await check('room.read');
    joined();
    expect(access.known(userId, room.id, 'message.send')).toMatchObject({ role: 'member' });
  });

  test.each([
    ['no such room', undefined, 'not_found'],
    ['a private room, a stranger', () => answer(null), 'not_found'],
    ['a private room, a banned person', () => answer(null, true), 'forbidden'],
    ['a member who is banned', () => answer('member', true), 'forbidden'],
  ] as const)('%s: %s', async (_what, standing, code) => {
    owns(standing?.());
    for (const action of ['room.read', 'message.send', 'room.delete'] as const)
      await expect(check(action)).rejects.toMatchObject({ code });
  });

  test('a public room may be read and not written by strangers; an admin may all', async () => {
    room = { ...room, visibility: 'public' };
    owns(answer(null));
    expect(await check('room.read')).toMatchObject({ role: null });
    await expect(check('message.send')).rejects.toMatchObject({ code: 'forbidden' });
    await expect(check('room.delete')).rejects.toMatchObject({ code: 'forbidden' });
    expect(await check('room.delete', { admin: true })).toMatchObject({ role: null });
  });

  test('a deleted room is gone, whatever was remembered', async () => {
    owns(answer('member'));
    await check('message.send');
    access.apply({ n: 11, type: 'room.deleted', key: room.id, data: { room } });
    owns(undefined);
    await expect(check('message.send')).rejects.toMatchObject({ code: 'not_found' });
  });
});
