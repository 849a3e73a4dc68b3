import type { Block, Inline } from './nodes.js';
import { parseInline } from './parse-inline.js';

const FENCE = /^```([\w+#.-]{0,20})[ \t]*$/;
const QUOTE = /^> ?/;
const BULLET = /^[-*•] +(?=\S)/;
const NUMBER = /^(\d{1,6})[.)] +(?=\S)/;
/** Quotes within quotes deeper than this stay text. */
const DEPTH = 3;

/**
 * Markdown-lite: code blocks, quotes, lists and paragraphs, and within them what `parseInline` knows. Never fails; what
 * is no markup is text. Linear in the length of the text.
 */
export function parseMarkdown(text: string): Block[] {
  return parseLines(text.split('\n'), 0);
}

function parseLines(lines: readonly string[], depth: number): Block[] {
  const blocks: Block[] = [];
  let paragraph: string[] = [];
  const flush = () => {
    const words = paragraph.join('\n').replace(/^\n+|\n+$/g, '');
    if (words !== '') blocks.push({ kind: 'paragraph', children: parseInline(words) });
    paragraph = [];
  };
  let at = 0;
  while (at < lines.length) {
    const taken = takeCode(lines, at) ?? takeQuote(lines, at, depth) ?? takeList(lines, at);
    if (taken) {
      flush();
      blocks.push(taken.block);
      at = taken.next;
    } else {
      paragraph.push(lines[at] ?? '');
      at++;
    }
  }
  flush();
  return blocks;
}

interface Taken {
  block: Block;
  /** The first line after it. */
  next: number;
}

/** From a fence to the next one, or to the end. */
function takeCode(lines: readonly string[], at: number): Taken | null {
  const fence = FENCE.exec(lines[at] ?? '');
  if (!fence) return null;
  let end = at + 1;
  while (end < lines.length && !/^```[ \t]*$/.test(lines[end] ?? '')) end++;
  return { block: { kind: 'code', language: fence[1] ?? '', text: lines.slice(at + 1, end).join('\n') }, next: end + 1 };
}

function takeQuote(lines: readonly string[], at: number, depth: number): Taken | null {
  if (depth >= DEPTH) return null;
  let end = at;
  while (end < lines.length && QUOTE.test(lines[end] ?? '')) end++;
  if (end === at) return null;
  const inner = lines.slice(at, end).map((line) => line.replace(QUOTE, ''));
  return { block: { kind: 'quote', children: parseLines(inner, depth + 1) }, next: end };
}

function takeList(lines: readonly string[], at: number): Taken | null {
  const first = lines[at] ?? '';
  const number = NUMBER.exec(first);
  const mark = number ? NUMBER : BULLET;
  const items: Inline[][] = [];
  let end = at;
  for (; end < lines.length && mark.test(lines[end] ?? ''); end++) items.push(parseInline((lines[end] ?? '').replace(mark, '')));
  if (items.length === 0) return null;
  return { block: { kind: 'list', ordered: number !== null, start: Number(number?.[1] ?? 1), items }, next: end };
}
