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

test('every emoji of Unicode is one, whatever it is made of; nothing else is', () => {
  // The engine's own list; its flag is newer than the language that we compile to.
  const rgi = new RegExp('^\\p{RGI_Emoji}$', 'v');
  const letters = Array.from({ length: 26 }, (_, i) => String.fromCodePoint(0x1f1e6 + i));
  const single = Array.from({ length: 0x1fb00 }, (_, code) => String.fromCodePoint(code)).filter((text) => rgi.test(text));
  const styled = Array.from({ length: 0x1fb00 }, (_, code) => `${String.fromCodePoint(code)}\uFE0F`).filter((text) =>
    rgi.test(text),
  );
  const toned = single.map((text) => `${text}🏽`).filter((text) => rgi.test(text));
  const flags = letters.flatMap((first) => letters.map((second) => first + second)).filter((text) => rgi.test(text));
  const joined = [
    '👨‍👩‍👧‍👦',
    '🧑🏽‍🤝‍🧑🏻',
    '🏳️‍🌈',
    '🏴‍☠️',
    '👁️‍🗨️',
    '🏋🏽‍♂️',
    '❤️‍🔥',
    '🏃🏿‍♀️‍➡️',
    '🏴\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}',
    '#️⃣',
  ];
  const all = [...single, ...styled, ...toned, ...flags, ...joined];
  expect(all.length).toBeGreaterThan(1_700);
  expect(all.filter((text) => !emoji.safeParse(text).success)).toEqual([]);
  for (const bad of ['a', '5', '❤\u0301', '👍👍', '🇰', '🏽a', '\u200D', '👍 ', '한'])
    expect([bad, emoji.safeParse(bad).success]).toEqual([bad, false]);
});
