import { describe, expect, it } from '@jest/globals';
import type { Message } from '@brook/common/contracts';
import type { OutboxEntry } from '@brook/sdk';
import { timeline } from './timeline.js';

const profile = (id: string) => ({ id, username: id, displayName: id, avatarUrl: null });
const message = (seq: number, sender: string, minute: number, day = 10): Message => ({
  id: `id-${seq}`,
  roomId: 'r',
  seq,
  rev: seq,
  clientId: `c-${seq}`,
  sender: profile(sender),
  text: `text ${seq}`,
  replyTo: null,
  createdAt: new Date(2026, 4, day, 12, minute).toISOString(),
  editedAt: null,
  deletedAt: null,
  reactions: [],
});
const entry = (clientId: string, minute: number): OutboxEntry => ({
  clientId,
  roomId: 'r',
  text: clientId,
  replyTo: null,
  createdAt: new Date(2026, 4, 10, 12, minute).toISOString(),
  state: 'sending',
});
const none = { messages: [], pending: [], notes: [], readUpTo: null, me: 'me', whole: false };
/** Rows in a short form: `D` a new day above, `U` the unread line, `+` goes on the group. */
const rows = (source: Partial<Parameters<typeof timeline>[0]>) =>
  timeline({ ...none, ...source }).map(
    (item) => `${item.day ? 'D' : ''}${item.unread ? 'U' : ''}${item.kind}${'compact' in item && item.compact ? '+' : ''}`,
  );

describe('timeline', () => {
  it('groups what one person says within five minutes', () => {
    const messages = [message(1, 'a', 0), message(2, 'a', 4), message(3, 'a', 6), message(4, 'b', 6), message(5, 'b', 20)];
    expect(rows({ messages })).toEqual(['Dmessage', 'message+', 'message', 'message', 'message']);
  });

  it('begins a group with a reply', () => {
    const messages = [message(1, 'a', 0), { ...message(2, 'a', 1), replyTo: 1 }, message(3, 'a', 1)];
    expect(rows({ messages })).toEqual(['Dmessage', 'message', 'message+']);
  });

  it('draws a line at each day, and begins a new group after it', () => {
    expect(rows({ messages: [message(1, 'a', 0), message(2, 'a', 1, 11)] })).toEqual(['Dmessage', 'Dmessage']);
  });

  it('draws one line before what others said unread, and none where all is read', () => {
    const messages = [message(1, 'a', 0), message(2, 'me', 1), message(3, 'a', 2), message(4, 'a', 2)];
    expect(rows({ messages, readUpTo: 1 })).toEqual(['Dmessage', 'message', 'Umessage', 'message+']);
    expect(rows({ messages, readUpTo: 4 }).join()).not.toContain('U');
  });

  it('draws no line where the last read message is not among them, but at the beginning of the room', () => {
    const messages = [message(1, 'a', 0), message(2, 'a', 1)];
    expect(rows({ messages, readUpTo: 0 }).join()).not.toContain('U');
    expect(rows({ messages, readUpTo: 0, whole: true })).toEqual(['beginning', 'DUmessage', 'message+']);
  });

  it('puts notes where they happened', () => {
    const at = new Date(2026, 4, 10, 12, 1).getTime();
    const note = { id: 'n', kind: 'joined' as const, user: profile('b'), afterSeq: 1, at };
    expect(rows({ messages: [message(1, 'a', 0), message(2, 'a', 2)], notes: [note] })).toEqual(['Dmessage', 'note', 'message']);
    expect(rows({ notes: [note] })).toEqual(['Dnote']);
  });

  it('shows an unsent message at the end, once', () => {
    const mine = message(1, 'me', 0);
    expect(rows({ messages: [mine], pending: [entry('c-1', 0), entry('c-9', 1)] })).toEqual(['Dmessage', 'pending+']);
  });
});
