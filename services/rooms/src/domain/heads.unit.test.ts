import { describe, expect, test } from '@jest/globals';
import type { Message } from '@brook/common/contracts';
import { applyAnswer, applyEvent, type Head, ownMessages } from './heads.js';

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
const empty: Head = { lastSeq: 0, lastRev: 0, lastMessage: null };

describe('a room’s head', () => {
  test('takes the next rev, drops older ones and stops at a hole', () => {
    const first = applyEvent(empty, 1, message(1)) as Head;
    expect(first).toMatchObject({ lastSeq: 1, lastRev: 1, lastMessage: { seq: 1, text: 'text 1' } });
    expect(applyEvent(first, 1, message(1))).toBeNull();
    expect(applyEvent(first, 3, message(2))).toBeUndefined();
  });

  test('follows edits and deletions of the newest message only', () => {
    const head: Head = [1, 2].reduce<Head>((before, seq) => applyEvent(before, seq, message(seq)) as Head, empty);
    const old = applyEvent(head, 3, message(1, { text: 'edited' })) as Head;
    expect(old).toMatchObject({ lastSeq: 2, lastRev: 3, lastMessage: { seq: 2, text: 'text 2' } });
    const gone = applyEvent(old, 4, message(2, { text: '', deletedAt: '2026-01-02T00:00:00.000Z' })) as Head;
    expect(gone.lastMessage).toMatchObject({ seq: 2, text: '', deletedAt: '2026-01-02T00:00:00.000Z' });
  });

  test('shows the first 200 code points, no half ones', () => {
    const head = applyEvent(empty, 1, message(1, { text: '😀'.repeat(300) })) as Head;
    expect(head.lastMessage?.text).toBe('😀'.repeat(200));
  });

  test('keeps the newest message that a resume did not touch, and takes a snapshot’s', () => {
    const head: Head = applyEvent(empty, 1, message(1)) as Head;
    const resumed = applyAnswer(head, { mode: 'resume', messages: [], lastSeq: 1, lastRev: 5 });
    expect(resumed).toMatchObject({ lastRev: 5, lastMessage: { seq: 1 } });
    const jumped = applyAnswer(head, { mode: 'snapshot', messages: [message(8), message(9)], lastSeq: 9, lastRev: 20 });
    expect(jumped).toMatchObject({ lastSeq: 9, lastRev: 20, lastMessage: { seq: 9 } });
    expect(applyAnswer(jumped, { mode: 'snapshot', messages: [], lastSeq: 0, lastRev: 0 })).toEqual(empty);
  });

  test('finds each sender’s newest message', () => {
    const other = { id: 'b', username: 'ben', displayName: 'Ben', avatarUrl: null };
    expect(ownMessages([message(1), message(3), message(2, { sender: other })])).toEqual([
      { userId: 'a', seq: 3 },
      { userId: 'b', seq: 2 },
    ]);
  });
});
