/*
 * What a text is found by. Words, for scripts that put spaces between them; for Korean, Japanese, Chinese and the scripts of
 * South-East Asia every pair of neighbouring letters, so that a part of two letters is found wherever it stands. Made here
 * and not by the database, so that neither its locale nor an extension decides what a word is.
 */

/** A run of letters that is looked for: at the beginning of a word, or anywhere in a text without spaces. */
export interface Term {
  kind: 'word' | 'part';
  /** Folded. */
  text: string;
  /** The word is written to its end; else it may be the beginning of a longer one. */
  whole: boolean;
}

const DENSE_SCRIPTS = ['Hang', 'Han', 'Hira', 'Kana', 'Bopo', 'Thai', 'Laoo', 'Khmr', 'Mymr'];
const DENSE = `[${DENSE_SCRIPTS.map((script) => `\\p{scx=${script}}`).join('')}]`;
const LETTER = '[\\p{L}\\p{M}\\p{N}_]';
const EMOJI = '\\p{Emoji_Presentation}|\\p{Extended_Pictographic}';
const RUNS = new RegExp(`((?:(?=${DENSE})${LETTER})+)|((?:(?!${DENSE})${LETTER})+)|(${EMOJI})`, 'gu');

/** Longer words are found by their beginning. */
const WORD_MAX = 64;
/** A shorter word stands for itself alone: it would be the beginning of too many. */
const PREFIX_MIN = 3;

/** The form in which letters are compared: compatibility forms, case and the two sigmas fold into one. */
export const fold = (text: string): string => text.normalize('NFKC').toLowerCase().replaceAll('ς', 'σ');

/** The runs of a folded text, in order. An emoji is a part of its own. */
export function runsOf(folded: string): Pick<Term, 'kind' | 'text'>[] {
  return [...folded.matchAll(RUNS)].map(([run, , word]) => ({ kind: word === undefined ? 'part' : 'word', text: run }));
}

/** The lexemes of a text, each once. */
export function lexemesOf(text: string): string[] {
  const lexemes = new Set<string>();
  for (const { kind, text: run } of runsOf(fold(text))) {
    if (kind === 'word') lexemes.add(run.slice(0, WORD_MAX));
    else for (const pair of pairsOf(run, true)) lexemes.add(pair);
  }
  return [...lexemes];
}

/** What a query asks for, each once. Its last word may still be being written, unless it is too short to tell. */
export function queryTerms(query: string): Term[] {
  const runs = runsOf(fold(query));
  const terms = runs.map((run, at) => ({ ...run, whole: at < runs.length - 1 || run.text.length < PREFIX_MIN }));
  return [...new Map(terms.map((term) => [`${term.kind} ${term.text}`, term])).values()];
}

/** The terms as a tsquery of lexemes that must all be there. @returns null where there is nothing to look for */
export function toTsquery(terms: readonly Term[]): string | null {
  const lexemes = terms.flatMap(({ kind, text, whole }) => {
    if (kind === 'word') return [`${quote(text.slice(0, WORD_MAX))}${whole ? '' : ':*'}`];
    const pairs = pairsOf(text, false);
    return pairs.length > 0 ? pairs.map(quote) : [`${quote(text)}:*`];
  });
  return lexemes.length === 0 ? null : [...new Set(lexemes)].join(' & ');
}

/** Whether a word of a text answers a word of the query. */
export const answers = ({ text, whole }: Term, word: string): boolean => (whole ? word === text : word.startsWith(text));

/** Lexemes that no text can make: where a message stands and who wrote it. */
export const PUBLIC_LEXEME = ':p';
export const roomLexeme = (roomId: string): string => `:r${short(roomId)}`;
export const senderLexeme = (senderId: string): string => `:s${short(senderId)}`;

/** A lexeme as a tsquery takes it. */
export const quote = (lexeme: string): string => `'${lexeme.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** `whole`: with the last letter alone, so that every letter begins some lexeme. */
function pairsOf(run: string, whole: boolean): string[] {
  const letters = Array.from(run);
  const pairs = letters.slice(1).map((letter, at) => `${letters[at]}${letter}`);
  return whole ? [...pairs, letters.at(-1) ?? ''] : pairs;
}

/** A UUID in 22 letters. */
const short = (id: string): string => Buffer.from(id.replaceAll('-', ''), 'hex').toString('base64url');
