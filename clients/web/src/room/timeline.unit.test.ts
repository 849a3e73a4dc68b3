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
const none = { messages: [], pending: [], notes: [], readUpTo: null, me: 'me' };
const kinds = (source: Partial<Parameters<typeof timeline>[0]>) =>
  timeline({ ...none, ...source }).map((item) => ('compact' in item && item.compact ? `${item.kind}+` : item.kind));

describe('timeline', () => {
  it('groups one person’s messages within five minutes', () => {
    const messages = [message(1, 'a', 0), message(2, 'a', 4), message(3, 'b', 4), message(4, 'b', 20)];
    expect(kinds({ messages })).toEqual(['day', 'message', 'message+', 'message', 'message']);
  });

  it('draws a line at each day, and begins a new group after it', () => {
    expect(kinds({ messages: [message(1, 'a', 0), message(2, 'a', 1, 11)] })).toEqual(['day', 'message', 'day', 'message']);
  });

  it('draws one line before what is unread, and none where all is', () => {
    const messages = [message(1, 'a', 0), message(2, 'a', 1), message(3, 'a', 2)];
    expect(kinds({ messages, readUpTo: 1 })).toEqual(['day', 'message', 'unread', 'message', 'message+']);
    expect(kinds({ messages, readUpTo: 3 })).not.toContain('unread');
    expect(kinds({ messages, readUpTo: 0 })).not.toContain('unread');
  });

  it('puts notes where they happened', () => {
    const note = {
      id: 'n',
      kind: 'joined' as const,
      user: profile('b'),
      afterSeq: 1,
      at: new Date(2026, 4, 10, 12, 1).getTime(),
    };
    expect(kinds({ messages: [message(1, 'a', 0), message(2, 'a', 2)], notes: [note] })).toEqual([
      'day',
      'message',
      'note',
      'message',
    ]);
    expect(kinds({ notes: [note] })).toEqual(['day', 'note']);
  });

  it('shows an unsent message at the end, once', () => {
    const mine = message(1, 'me', 0);
    expect(kinds({ messages: [mine], pending: [entry('c-1', 0), entry('c-9', 1)] })).toEqual(['day', 'message', 'pending+']);
  });
});
