import { z } from 'zod';
import { LIMITS } from './limits.js';

/** Counts code points, so that an emoji outside the BMP is one character as people count. */
export function codePoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit >= 0xd800 && unit <= 0xdbff) i++;
    count++;
  }
  return count;
}

/** The first `max` code points of `text`; never cuts a surrogate pair in two. */
export function preview(text: string, max: number = LIMITS.previewCodePoints): string {
  if (text.length <= max) return text;
  return Array.from(text.slice(0, max * 2))
    .slice(0, max)
    .join('');
}

/** Text that Postgres and JSON can hold exactly: no NUL, no lone surrogate. */
export const storable = (text: string): boolean => !text.includes('\u0000') && text.isWellFormed();

/** A time that RFC 3339 and Postgres can write: an offset may lead out of the years 1 to 9999. */
export const writableTime = (time: Date): boolean => time.getUTCFullYear() >= 1 && time.getUTCFullYear() <= 9999;

const bounded = (min: number, max: number) =>
  z
    .string()
    .refine(storable, 'must not contain NUL or lone surrogates')
    .transform((text) => text.trim())
    .refine((text) => {
      // A code point takes one or two units: most texts need no counting.
      if (text.length >= 2 * min && text.length <= max) return true;
      const n = codePoints(text);
      return n >= min && n <= max;
    }, `must be ${min} to ${max} characters`);

/** A message's text: outer white space removed, then 1 to 4,000 code points, otherwise exactly as sent. */
export const messageText = bounded(1, LIMITS.textCodePoints);
export const roomName = bounded(1, 100);
export const roomTopic = bounded(0, 500);
export const displayName = bounded(1, 64);

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A pictograph with its skin tone or style, or a flag written in tags; several of them joined are one. */
const PICTURE = '\\p{Extended_Pictographic}(?:\\p{Emoji_Modifier}|\\uFE0F)?(?:[\\u{E0020}-\\u{E007E}]+\\u{E007F})?';
const EMOJI = new RegExp(
  `^(?:${PICTURE}(?:\\u200D${PICTURE})*|\\p{Emoji_Modifier}|\\p{Regional_Indicator}{2}|[0-9#*]\\uFE0F?\\u20E3)$`,
  'u',
);

/** One emoji grapheme, as in a reaction: every one of Unicode's. Keycaps and flags count; letters and lone digits do not. */
export const emoji = z.string().refine((text) => {
  if (text.length === 0 || text.length > 64 || !storable(text)) return false;
  const [first, second] = segmenter.segment(text);
  if (!first || second) return false;
  return EMOJI.test(text);
}, 'must be one emoji');
