import { describe, expect, test } from '@jest/globals';
import { OnlinePeople } from './online-people.js';

const signal = (gateway: string, online: boolean, roomIds: string[] = ['r1']) => ({ userId: 'u1', gateway, online, roomIds });

describe('OnlinePeople', () => {
  test('who is connected to two gateways goes offline with the last', () => {
    const people = new OnlinePeople();
    expect(people.signal(signal('g1', true), 0)).toEqual({ userId: 'u1', online: true, roomIds: ['r1'] });
    expect(people.signal(signal('g2', true), 0)).toBeUndefined();
    expect(people.signal(signal('g1', false), 1)).toBeUndefined();
    expect([...people.inRoom('r1')]).toEqual(['u1']);
    expect(people.signal(signal('g2', false), 2)).toEqual({ userId: 'u1', online: false, roomIds: ['r1'] });
    expect([...people.inRoom('r1')]).toEqual([]);
    expect(people.signal(signal('g2', false), 3)).toBeUndefined();
  });

  test('a repeated signal brings the rooms up to date', () => {
    const people = new OnlinePeople();
    people.signal(signal('g1', true, ['r1', 'r2']), 0);
    expect(people.signal(signal('g1', true, ['r2', 'r3']), 1)).toEqual({
      userId: 'u1',
      online: true,
      roomIds: ['r3'],
      added: true,
    });
    expect(['r1', 'r2', 'r3'].map((room) => people.inRoom(room).size)).toEqual([0, 1, 1]);
  });

  test('people of a gateway that fell silent go offline', () => {
    const people = new OnlinePeople();
    people.signal(signal('g1', true), 0);
    people.heard('g1', 15_000);
    expect(people.expire(30_000)).toEqual([]);
    expect(people.expire(36_000)).toEqual([{ userId: 'u1', online: false, roomIds: ['r1'] }]);
    expect(people.online('u1')).toBe(false);
  });

  test('a silence of the channel is nobody’s; who is not repeated goes offline all the same', () => {
    const people = new OnlinePeople();
    people.signal(signal('g1', true), 0);
    people.excuse(100_000);
    expect(people.expire(110_000)).toEqual([]);
    people.heard('g1', 150_000);
    expect(people.expire(151_000)).toEqual([{ userId: 'u1', online: false, roomIds: ['r1'] }]);
  });

  test('who is repeated hides nobody who is not', () => {
    const people = new OnlinePeople();
    people.signal(signal('g1', true), 0);
    people.signal({ ...signal('g1', true), userId: 'u2' }, 10_000);
    people.signal(signal('g1', true), 100_000);
    people.heard('g1', 160_000);
    expect(people.expire(161_000)).toEqual([{ userId: 'u2', online: false, roomIds: ['r1'] }]);
    expect(people.online('u1')).toBe(true);
  });
});
