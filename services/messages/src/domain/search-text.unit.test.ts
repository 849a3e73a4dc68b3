import { describe, expect, test } from '@jest/globals';
import { findTerms, snippetOf } from './highlight.js';
import { lexemesOf, queryTerms, toTsquery } from './search-text.js';

const marked = (text: string, query: string): string[] | null =>
  findTerms(text, queryTerms(query))?.map(([start, end]) => text.slice(start, end)) ?? null;

describe('lexemes', () => {
  test('words of scripts with spaces, pairs of those without, each run by itself', () => {
    expect(lexemesOf('Hello, WORLD_1 hello')).toEqual(['hello', 'world_1']);
    expect(lexemesOf('서울에서')).toEqual(['서울', '울에', '에서', '서']);
    expect(lexemesOf('AI는 東京タワー')).toEqual(['ai', '는', '東京', '京タ', 'タワ', 'ワー', 'ー']);
  });

  test('forms of one letter are one: width, composition, case, sigmas', () => {
    expect(lexemesOf('ＡＢＣ ｱｲ')).toEqual(lexemesOf('abc アイ'));
    expect(lexemesOf('한글'.normalize('NFD'))).toEqual(lexemesOf('한글'));
    expect(lexemesOf('ΟΔΟΣ')).toEqual(lexemesOf('οδος'));
  });

  test('no text makes a lexeme that says where a message stands, nor breaks out of a query', () => {
    for (const lexeme of lexemesOf(":p :rAAAA ':* | \\ & !x")) expect(lexeme).not.toContain(':');
    expect(toTsquery(queryTerms("a' | 'b \\ :*"))).toBe("'a' & 'b'");
  });

  test('a query of nothing but punctuation asks for nothing', () => {
    expect(toTsquery(queryTerms('?! … --'))).toBeNull();
    expect(toTsquery(queryTerms('😀'))).toBe("'😀':*");
  });

  test('two letters ask for their pair, one for whatever begins with it, the last word for what begins with it', () => {
    expect(toTsquery(queryTerms('학교'))).toBe("'학교'");
    expect(toTsquery(queryTerms('서울대'))).toBe("'서울' & '울대'");
    expect(toTsquery(queryTerms('길'))).toBe("'길':*");
    expect(toTsquery(queryTerms('to River'))).toBe("'to' & 'river':*");
    expect(toTsquery(queryTerms('River to'))).toBe("'river' & 'to'");
  });
});

describe('finds', () => {
  test('every term must be there', () => {
    expect(marked('The river and the Riverside', 'river')).toEqual(['river', 'River']);
    expect(marked('concatenate', 'cat')).toBeNull();
    expect(marked('river', 'river bank')).toBeNull();
    expect(marked('a to b', 'to')).toEqual(['to']);
    expect(marked('today', 'to')).toBeNull();
    expect(marked('riverside to', 'river to')).toBeNull();
  });

  test('parts of two letters and more stand anywhere, pairs alone are not enough', () => {
    expect(marked('서울대학교에서', '학교')).toEqual(['학교']);
    expect(marked('가나 나다', '가나다')).toBeNull();
    expect(marked('東京都に住む', '京都')).toEqual(['京都']);
  });

  test('ranges are UTF-16 offsets of the original, whole graphemes', () => {
    const text = `👨‍👩‍👧 ${'한글'.normalize('NFD')}을 ＡＢＣ`;
    expect(marked(text, '한글 abc')).toEqual(['한글'.normalize('NFD'), 'ＡＢＣ']);
    expect(marked('가가가', '가가')).toEqual(['가가']);
  });

  test('a snippet of a long text holds the first find, cut between graphemes', () => {
    const text = `${'👨‍👩‍👧'.repeat(500)} needle ${'é'.repeat(500)}`;
    const { snippet, ranges } = snippetOf(text, findTerms(text, queryTerms('needle')) ?? []);
    expect(ranges.map(([start, end]) => snippet.slice(start, end))).toEqual(['needle']);
    expect(snippet.startsWith('…👨‍👩‍👧')).toBe(true);
    expect(snippet.endsWith('é…')).toBe(true);
    expect(snippet.isWellFormed()).toBe(true);
  });

  test('a short text is its own snippet', () => {
    expect(snippetOf('a needle', [[2, 8]])).toEqual({ snippet: 'a needle', ranges: [[2, 8]] });
  });
});
