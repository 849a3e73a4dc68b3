import { describe, expect, test } from '@jest/globals';
import type { Message } from '@brook/common/contracts';
import { applyAnswer, applyEvents, type Head, type HeadEvent, ownMessages } from './heads.js';

const ROOM_ID = '00000000-0000-7000-8000-000000000001';
const message = (seq: number, over: Partial<Message> = {}): Message => ({
  id: `00000000-0000-7000-8000-${String(seq).padStart(12, '0')}`,
  roomId: ROOM_ID,
  seq,
  rev: seq,
  clientId: ROOM_ID,
  sender: { id: 'a', username: 'ann', displayName: 'Ann', avatarUrl: null },
  text: `text ${seq}`,
  replyTo: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  editedAt: null,
  deletedAt: null,
  reactions: [],
  ...over,
});
const event = (rev: number, changed: Message): HeadEvent => ({
  rev,
  seq: changed.seq,
  senderId: changed.sender.id,
  json: JSON.stringify(changed),
});
const empty: Head = { lastSeq: 0, lastRev: 0, lastMessage: null };
const other = { id: 'b', username: 'ben', displayName: 'Ben', avatarUrl: null };

describe('a room’s head', () => {
  test('takes the next revs, drops older ones and stops at a hole', () => {
    const first = applyEvents(empty, [event(1, message(1))]);
    expect(first).toMatchObject({
      head: { lastSeq: 1, lastRev: 1, lastMessage: { seq: 1, text: 'text 1' } },
      own: [{ userId: 'a', seq: 1 }],
      hole: false,
    });
    const again = applyEvents(first.head, [event(1, message(1))]);
    expect(again).toEqual({ head: first.head, own: [], hole: false });
    expect(again.head).toBe(first.head);
    const holed = applyEvents(first.head, [
      event(1, message(1)),
      event(2, message(2)),
      event(4, message(4)),
      event(5, message(5)),
    ]);
    expect(holed).toMatchObject({ head: { lastSeq: 2, lastRev: 2, lastMessage: { seq: 2 } }, hole: true });
    expect(applyEvents(first.head, [event(3, message(3))])).toEqual({ head: first.head, own: [], hole: true });
  });

  test('follows edits and deletions of the newest message only', () => {
    const { head } = applyEvents(empty, [event(1, message(1)), event(2, message(2))]);
    const old = applyEvents(head, [event(3, message(1, { text: 'edited' }))]).head;
    expect(old).toMatchObject({ lastSeq: 2, lastRev: 3, lastMessage: { seq: 2, text: 'text 2' } });
    const gone = applyEvents(old, [event(4, message(2, { text: '', deletedAt: '2026-01-02T00:00:00.000Z' }))]).head;
    expect(gone.lastMessage).toMatchObject({ seq: 2, text: '', deletedAt: '2026-01-02T00:00:00.000Z' });
  });

  test('of many events the newest message is shown, and each sender has read up to their own newest', () => {
    const events = [event(1, message(1)), event(2, message(2, { sender: other })), event(3, message(3)), event(4, message(1))];
    const { head, own } = applyEvents(empty, events);
    expect(head).toMatchObject({ lastSeq: 3, lastRev: 4, lastMessage: { seq: 3, text: 'text 3' } });
    expect(own).toEqual([
      { userId: 'a', seq: 3 },
      { userId: 'b', seq: 2 },
    ]);
  });

  test('shows the first 200 code points, no half ones', () => {
    const { head } = applyEvents(empty, [event(1, message(1, { text: '😀'.repeat(300) }))]);
    expect(head.lastMessage?.text).toBe('😀'.repeat(200));
  });

  test('keeps the newest message that a resume did not touch, and takes a snapshot’s', () => {
    const { head } = applyEvents(empty, [event(1, message(1))]);
    const resumed = applyAnswer(head, { mode: 'resume', messages: [], lastSeq: 1, lastRev: 5 });
    expect(resumed).toMatchObject({ lastRev: 5, lastMessage: { seq: 1 } });
    const jumped = applyAnswer(head, { mode: 'snapshot', messages: [message(8), message(9)], lastSeq: 9, lastRev: 20 });
    expect(jumped).toMatchObject({ lastSeq: 9, lastRev: 20, lastMessage: { seq: 9 } });
    expect(applyAnswer(jumped, { mode: 'snapshot', messages: [], lastSeq: 0, lastRev: 0 })).toEqual(empty);
  });

  test('finds each sender’s newest message', () => {
    expect(ownMessages([message(1), message(3), message(2, { sender: other })])).toEqual([
      { userId: 'a', seq: 3 },
      { userId: 'b', seq: 2 },
    ]);
  });
});
