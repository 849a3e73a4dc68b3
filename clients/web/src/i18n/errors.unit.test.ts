import { describe, expect, it } from '@jest/globals';
import { ERROR_CODES } from '@brook/common/contracts';
import { en } from './en.js';
import { ko } from './ko.js';

/** Every key of a tree, with dots. */
const keys = (tree: object, path = ''): string[] =>
  Object.entries(tree).flatMap(([key, value]) =>
    typeof value === 'string' ? [`${path}${key}`] : keys(value as object, `${path}${key}.`),
  );
const values = (tree: object): string[] =>
  Object.values(tree).flatMap((value: unknown) => (typeof value === 'string' ? [value] : values(value as object)));

describe.each([
  ['en', en],
  ['ko', ko],
] as const)('the sentences in %s', (language, sentences) => {
  it.each([...ERROR_CODES, 'disconnected', 'closed'] as const)('say what %s means, and not its code', (code) => {
    const sentence = sentences.errors[code];
    // A code of one word may be the right word.
    if (code.includes('_')) expect(sentence).not.toContain(code);
    expect(sentence).toMatch(/[.!?]$/);
    expect(sentence.length).toBeGreaterThan(language === 'ko' ? 7 : 15);
  });

  it('are all there, and none is empty', () => {
    expect(keys(sentences).sort()).toEqual(keys(en).sort());
    expect(values(sentences).filter((sentence) => sentence.trim() === '')).toEqual([]);
  });
});

it('the languages name the same things in their placeholders', () => {
  const places = (text: string) => [...text.matchAll(/\{\{(\w+)\}\}/g)].map(([, name]) => name).sort();
  const english = values(en).map(places);
  values(ko).forEach((sentence, index) => {
    // A plural may leave its number out in words.
    expect(english[index]).toEqual(expect.arrayContaining(places(sentence)));
  });
});
