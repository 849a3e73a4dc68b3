import { describe, expect, it } from '@jest/globals';
import { announcement, type News } from './announcement.js';

const now = Date.UTC(2026, 4, 10, 12);
const news = (change: Partial<News> = {}, message: Partial<News['message']> = {}): News => ({
  roomId: 'r',
  message: { seq: 5, createdAt: new Date(now).toISOString(), deletedAt: null, sender: { id: 'other' }, ...message },
  me: 'me',
  looksAt: null,
  hidden: false,
  now,
  announced: 4,
  lastReadSeq: 3,
  opened: now - 3_600_000,
  ...change,
});

describe('news', () => {
  it('makes a sound for another room, and a notification while the page is hidden', () => {
    expect(announcement(news({ looksAt: 'other room' }))).toBe('sound');
    expect(announcement(news({ hidden: true, looksAt: null }))).toBe('notification');
  });

  it('is silent for what one sees, wrote oneself, was told before or has read, or what is deleted or older than the page', () => {
    expect(announcement(news({ looksAt: 'r' }))).toBe('none');
    expect(announcement(news({ hidden: true }, { sender: { id: 'me' } }))).toBe('none');
    expect(announcement(news({ announced: 5 }))).toBe('none');
    expect(announcement(news({ hidden: true, lastReadSeq: 5 }))).toBe('none');
    expect(announcement(news({ hidden: true, opened: now + 1 }))).toBe('none');
    expect(announcement(news({ now: now + 120_000 }))).toBe('none');
    expect(announcement(news({}, { deletedAt: new Date(now).toISOString() }))).toBe('none');
  });
});
