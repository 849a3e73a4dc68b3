import { describe, expect, it } from '@jest/globals';
import type { MemberItem } from '@brook/common/contracts';
import { matchingMembers, mentionQuery, withMention } from './mention-query.js';

const member = (username: string, displayName = username): MemberItem => ({
  user: { id: username, username, displayName, avatarUrl: null, kind: 'member', role: 'user', createdAt: '' },
  role: 'member',
  joinedAt: '',
});

describe('a mention that is being written', () => {
  it('is found before the caret only, and not inside a word', () => {
    expect(mentionQuery('hello @be', 9)).toEqual({ start: 6, end: 9, text: 'be' });
    expect(mentionQuery('@', 1)).toEqual({ start: 0, end: 1, text: '' });
    expect(mentionQuery('(@민', 3)).toMatchObject({ text: '민' });
    expect(mentionQuery('a@example', 9)).toBeNull();
    expect(mentionQuery('@ben hello', 10)).toBeNull();
  });

  it('is completed with one space behind it', () => {
    const query = { start: 3, end: 6, text: 'be' };
    expect(withMention('hi @be', query, 'ben')).toEqual({ text: 'hi @ben ', caret: 8 });
    expect(withMention('hi @be there', query, 'ben')).toEqual({ text: 'hi @ben there', caret: 8 });
  });

  it('offers those whose name begins so first, and never oneself', () => {
    const members = [member('reuben'), member('ben'), member('me'), member('x', 'Benedict')];
    expect(matchingMembers(members, 'BE', 'me').map(({ user }) => user.id)).toEqual(['ben', 'x', 'reuben']);
    expect(matchingMembers(members, '', 'me')).toHaveLength(3);
  });
});
