import { answers, fold, runsOf, type Term } from './search-text.js';

/** A place in a text, as UTF-16 offsets [start, end). */
export type Range = [start: number, end: number];

/** Code points of a snippet before its first find, and altogether. */
const BEFORE = 40;
const SNIPPET_MAX = 160;
const CUT = '…';

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/** A folded text, and where each of its UTF-16 units comes from. */
interface Folded {
  text: string;
  /** Of unit i: begin and end of its grapheme in the original. */
  starts: number[];
  ends: number[];
}

/**
 * Where the terms stand in a text, ascending and not overlapping; null unless every term is in it. Words are marked as far as
 * they were asked for.
 */
export function findTerms(text: string, terms: readonly Term[]): Range[] | null {
  const folded = foldWithPlaces(text);
  const words = [...folded.text.matchAll(/[\p{L}\p{M}\p{N}_]+/gu)];
  const found: Range[] = [];
  for (const term of terms) {
    const places = term.kind === 'part' ? partPlaces(folded.text, term.text) : wordPlaces(words, term);
    if (places.length === 0) return null;
    for (const at of places) {
      const start = folded.starts[at];
      const end = folded.ends[at + term.text.length - 1];
      if (start !== undefined && end !== undefined) found.push([start, end]);
    }
  }
  return merged(found);
}

/** A piece of the text around the first find, with the finds that lie in it. Nothing is cut within a grapheme. */
export function snippetOf(text: string, ranges: readonly Range[]): { snippet: string; ranges: Range[] } {
  const bounds = [...graphemes.segment(text)].map(({ index }) => index);
  bounds.push(text.length);
  const first = ranges[0]?.[0] ?? 0;
  const at = bounds.findIndex((bound) => bound >= first);
  const from = bounds[bounds.length - 1 <= SNIPPET_MAX ? 0 : Math.max(0, at - BEFORE)] ?? 0;
  const to = bounds[Math.min(bounds.length - 1, bounds.indexOf(from) + SNIPPET_MAX)] ?? text.length;
  const [head, tail] = [from > 0 ? CUT : '', to < text.length ? CUT : ''];
  const shift = head.length - from;
  const inside = ranges.filter(([start, end]) => start >= from && end <= to);
  return {
    snippet: `${head}${text.slice(from, to)}${tail}`,
    ranges: inside.map(([start, end]) => [start + shift, end + shift]),
  };
}

function foldWithPlaces(text: string): Folded {
  const folded: Folded = { text: '', starts: [], ends: [] };
  for (const { segment, index } of graphemes.segment(text)) {
    const letters = fold(segment);
    folded.text += letters;
    for (let i = 0; i < letters.length; i++) {
      folded.starts.push(index);
      folded.ends.push(index + segment.length);
    }
  }
  return folded;
}

function partPlaces(text: string, part: string): number[] {
  const places: number[] = [];
  for (let at = text.indexOf(part); at >= 0; at = text.indexOf(part, at + part.length)) places.push(at);
  return places;
}

/** A run of letters may hold words and parts in turn: a word begins where the script changes, too. */
function wordPlaces(runs: RegExpMatchArray[], term: Term): number[] {
  return runs.flatMap((run) => {
    let at = run.index ?? 0;
    return runsOf(run[0]).flatMap(({ kind, text }) => {
      const here = at;
      at += text.length;
      return kind === 'word' && answers(term, text) ? [here] : [];
    });
  });
}

function merged(ranges: Range[]): Range[] {
  const sorted = ranges.sort(([a], [b]) => a - b);
  const result: Range[] = [];
  for (const [start, end] of sorted) {
    const last = result.at(-1);
    if (last && start < last[1]) last[1] = Math.max(last[1], end);
    else result.push([start, end]);
  }
  return result;
}
