import { expect, test } from '@jest/globals';
import { codePoints, emoji, messageText, preview } from './text.js';

test('text loses its outer white space and nothing else', () => {
  expect(messageText.parse('  a  b\n\tc \u3000')).toBe('a  b\n\tc');
  expect(messageText.parse('e\u0301')).toBe('e\u0301');
});

test.each(['', '   \n', 'a\u0000b', '\ud800', 'x\udc00'])('%j is refused', (text) => {
  expect(messageText.safeParse(text).success).toBe(false);
});

test('length counts code points', () => {
  expect(messageText.safeParse('😀'.repeat(4_000)).success).toBe(true);
  expect(messageText.safeParse('😀'.repeat(4_001)).success).toBe(false);
  expect(messageText.safeParse(` ${'a'.repeat(4_000)} `).success).toBe(true);
  expect(codePoints('a😀한')).toBe(3);
});

test('a preview never cuts a character in two', () => {
  expect(preview('😀'.repeat(300))).toBe('😀'.repeat(200));
  expect(preview('short')).toBe('short');
});

test.each(['👍', '👍🏽', '👩‍👩‍👧', '🇰🇷', '1️⃣', '❤️'])('%s is one emoji', (text) => {
  expect(emoji.safeParse(text).success).toBe(true);
});

test.each(['', 'a', '1', '👍👍', '👍 ', 'ㅋ', '#', '\u200d'])('%j is no emoji', (text) => {
  expect(emoji.safeParse(text).success).toBe(false);
});
