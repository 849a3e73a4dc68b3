import { describe, expect, it } from '@jest/globals';
import type { Inline } from './nodes.js';
import { parseMarkdown } from './parse.js';
import { parseInline } from './parse-inline.js';
import { plainText } from './plain-text.js';

/** The tree in a short form: `<b:…>`. */
function short(nodes: readonly Inline[]): string {
  return nodes
    .map((node) => {
      if (node.kind === 'text') return node.text;
      if (node.kind === 'code') return `<code:${node.text}>`;
      if (node.kind === 'mention') return `<@${node.name}>`;
      return `<${node.kind}${node.kind === 'link' ? `=${node.href}` : ''}:${short(node.children)}>`;
    })
    .join('');
}
const inline = (text: string) => short(parseInline(text));

describe('words', () => {
  it.each([
    ['**bold** and *italic* and ~~gone~~', '<bold:bold> and <italic:italic> and <strike:gone>'],
    ['_so_ and snake_case_name', '<italic:so> and snake_case_name'],
    ['***both***', '<bold:<italic:both>>'],
    ['**a *b* c**', '<bold:a <italic:b> c>'],
    ['**굵게**는 한국어 조사 앞에서도', '<bold:굵게>는 한국어 조사 앞에서도'],
    ['*강조*를', '<italic:강조>를'],
    ['2*3*4 = 24, 5 * 6', '2*3*4 = 24, 5 * 6'],
    ['**never closed', '**never closed'],
    ['*a **b* c**', '<italic:a **b> c**'],
    ['** spaced **', '** spaced **'],
    ['`**code**` and ``a ` b``', '<code:**code**> and <code:a ` b>'],
    ['`open', '`open'],
    ['\\*plain\\* and \\\\', '*plain* and \\'],
  ])('%s', (text, tree) => expect(inline(text)).toBe(tree));
});

describe('links', () => {
  it.each([
    ['see https://example.org/a_b_c.', 'see <link=https://example.org/a_b_c:https://example.org/a_b_c>.'],
    ['(https://example.org/x_(y))', '(<link=https://example.org/x_(y):https://example.org/x_(y)>)'],
    ['[**here**](https://example.org)', '<link=https://example.org/:<bold:here>>'],
    ['[mail](mailto:a@example.org)', '<link=mailto:a@example.org:mail>'],
    ['[x](javascript:alert(1))', '[x](javascript:alert(1))'],
    ['[x](JaVaScRiPt:alert(1))', '[x](JaVaScRiPt:alert(1))'],
    ['[x](data:text/html,<b>)', '[x](data:text/html,<b>)'],
    ['[x](//evil.example)', '[x](//evil.example)'],
    ['https://bank.example@evil.example/', 'https://bank.example@evil.example/'],
    ['[x](java\tscript:alert(1))', '[x](java\tscript:alert(1))'],
    ['xhttps://example.org', 'xhttps://example.org'],
    ['https://', 'https://'],
  ])('%s', (text, tree) => expect(inline(text)).toBe(tree));
});

describe('mentions', () => {
  it.each([
    ['@ada, hello', '<@ada>, hello'],
    ['ask @민준 and @b.c-d.', 'ask <@민준> and <@b.c-d.>'],
    ['mail a@example.org', 'mail a@example.org'],
    ['**@ada** `@ada`', '<bold:<@ada>> <code:@ada>'],
  ])('%s', (text, tree) => expect(inline(text)).toBe(tree));
});

describe('blocks', () => {
  it('are code, quotes, lists and paragraphs', () => {
    const text = 'one\ntwo\n```ts\nconst a = "<b>";\n```\n> quoted\n> > deeper\n- a\n- **b**\n3. c\n4. d';
    expect(parseMarkdown(text).map((block) => block.kind)).toEqual(['paragraph', 'code', 'quote', 'list', 'list']);
    expect(parseMarkdown(text)[1]).toEqual({ kind: 'code', language: 'ts', text: 'const a = "<b>";' });
    expect(parseMarkdown(text)[4]).toMatchObject({ ordered: true, start: 3 });
  });

  it('a code block that is never closed reaches to the end', () => {
    expect(parseMarkdown('```\na\nb')).toEqual([{ kind: 'code', language: '', text: 'a\nb' }]);
  });

  it('quotes deeper than three stay text', () => {
    expect(JSON.stringify(parseMarkdown('> > > > > deep'))).toContain('> > deep');
  });

  it('a preview has the words without the marks', () => {
    expect(plainText('**Hi** [there](https://example.org)\n> `x`\n- a\n- b')).toBe('Hi there x a · b');
  });
});

describe('time', () => {
  const hostile = [
    '*',
    '**',
    '~~',
    '_',
    '`',
    '[',
    '](',
    '[a](',
    '@a',
    '> ',
    '***',
    '*a _b ~~c **d ',
    '[![',
    '``` ',
    'https://a.b/(',
    '\\',
    '- ',
    '`a``b```',
    '~',
    '1. ',
  ];

  it('grows with the length only', () => {
    const timeOf = (size: number) => {
      const from = performance.now();
      for (const piece of hostile) {
        parseMarkdown(piece.repeat(size / piece.length));
        parseMarkdown(`${piece.repeat(size / piece.length / 2)}\n`.repeat(2));
      }
      return performance.now() - from;
    };
    timeOf(10_000);
    const short = Math.min(timeOf(10_000), timeOf(10_000));
    const long = Math.min(timeOf(160_000), timeOf(160_000));
    // Sixteen times the text; a quadratic parser would take 256 times as long.
    expect(long).toBeLessThan(Math.max(short, 5) * 90);
  });
});
