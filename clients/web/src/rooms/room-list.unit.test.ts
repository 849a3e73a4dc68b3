import { describe, expect, it } from '@jest/globals';
import type { LastMessage, Room } from '@brook/common/contracts';
import {
  mentionsTotal,
  type RoomItem,
  withActivities,
  withActivity,
  withKnownMentions,
  withMembership,
  withMentions,
  withoutRoom,
  withRead,
  withRoom,
} from './room-list.js';

const time = (minute: number) => new Date(Date.UTC(2026, 4, 10, 12, minute)).toISOString();
const room = (id: string, lastSeq: number): Room => ({
  id,
  name: id,
  topic: '',
  visibility: 'public',
  kind: 'group',
  ownerId: 'o',
  memberCount: 1,
  lastSeq,
  createdAt: time(0),
});
const said = (seq: number, minute: number, sender = 'other'): LastMessage => ({
  id: `m${seq}`,
  seq,
  sender: { id: sender, username: sender, displayName: sender, avatarUrl: null },
  text: 'text',
  createdAt: time(minute),
  deletedAt: null,
});
const item = (id: string, lastSeq: number, lastReadSeq: number): RoomItem => ({
  room: room(id, lastSeq),
  role: 'member',
  lastReadSeq,
  unread: lastSeq - lastReadSeq,
  unreadMentions: 0,
  lastMessage: lastSeq === 0 ? null : said(lastSeq, lastSeq),
});
const list = [item('a', 3, 3), item('b', 1, 0)];

describe('the list of rooms', () => {
  it('puts a room with news first and counts what is unread', () => {
    const next = withActivity(list, { roomId: 'b', lastSeq: 2, lastMessage: said(2, 30) }, 'me');
    expect(next.map(({ room: { id }, unread }) => [id, unread])).toEqual([
      ['b', 2],
      ['a', 0],
    ]);
  });

  it('takes one’s own message as read', () => {
    const [first] = withActivity(list, { roomId: 'b', lastSeq: 2, lastMessage: said(2, 30, 'me') }, 'me');
    expect(first).toMatchObject({ lastReadSeq: 2, unread: 0 });
  });

  it('keeps the news that came while an older list was on its way', () => {
    const news = [
      { roomId: 'b', lastSeq: 5, lastMessage: said(5, 40) },
      { roomId: 'a', lastSeq: 2, lastMessage: said(2, 50) },
      { roomId: 'no room of mine', lastSeq: 9, lastMessage: said(9, 50) },
    ];
    expect(withActivities(list, news, 'me').map(({ room: { id, lastSeq }, unread }) => [id, lastSeq, unread])).toEqual([
      ['b', 5, 5],
      ['a', 3, 0],
    ]);
  });

  it('does not go back to older news', () => {
    const next = withActivity(list, { roomId: 'a', lastSeq: 2, lastMessage: said(2, 2) }, 'me');
    expect(next[0]).toMatchObject({ room: { lastSeq: 3 }, lastMessage: { seq: 3 } });
  });

  it('moves a read marker forward only', () => {
    const next = withRead(withRead(list, 'b', 1), 'b', 0);
    expect(next[1]).toMatchObject({ lastReadSeq: 1, unread: 0 });
  });

  it('counts mentions, and none where all is read', () => {
    const next = withMentions(list, 'b', 1);
    expect(mentionsTotal(next)).toBe(1);
    expect(mentionsTotal(withRead(next, 'b', 1))).toBe(0);
  });

  it('keeps the mentions it knew where the server could not count them', () => {
    const known = withMentions(list, 'b', 1);
    const uncounted = list.map(({ unreadMentions: _, ...rest }) => rest);
    expect(withKnownMentions(uncounted, known)).toEqual(known);
    expect(mentionsTotal(withKnownMentions(list, known))).toBe(0);
    expect(mentionsTotal(withKnownMentions(uncounted, []))).toBe(0);
  });

  it('takes a changed room over, but not an older lastSeq', () => {
    const [first] = withRoom(list, { ...room('a', 1), name: 'renamed' });
    expect(first?.room).toMatchObject({ name: 'renamed', lastSeq: 3 });
  });

  it('adds a room once, and lets go of it', () => {
    const joined = withMembership(withMembership(list, room('c', 9), 'member'), room('c', 9), 'owner');
    expect(joined.filter(({ room: { id } }) => id === 'c')).toMatchObject([{ role: 'owner', unread: 0 }]);
    expect(withoutRoom(joined, 'c')).toHaveLength(2);
  });
});
