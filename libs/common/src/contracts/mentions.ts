import { LIMITS } from './limits.js';

/** A place in a text that may mention somebody: `@` and a name, as UTF-16 offsets [start, end) of the whole. */
export interface MentionToken {
  start: number;
  end: number;
  /** Without the `@`. */
  name: string;
}

/** The name that stands for every member of the room, for those who may use it. */
export const ROOM_MENTION = 'room';

/** An `@` that does not stand inside a word (an e-mail address), and what a username may hold. */
const TOKEN = /(?<![\p{L}\p{M}\p{N}_.@-])@([\p{L}\p{N}_.-][\p{L}\p{M}\p{N}_.-]*)/gu;
/** Code is quoted, not said: nobody is called by it. */
const CODE = /```[\s\S]*?(?:```|$)|`[^`\n]+`/g;
/** Ends a sentence rather than a name, where no such name exists. */
const TRAILING = /[._-]+$/;

/** Every `@name` of a text outside of code, in order; whether such a person exists is for the server to say. */
export function mentionTokens(text: string): MentionToken[] {
  if (!text.includes('@')) return [];
  const plain = text.replace(CODE, (code) => ' '.repeat(code.length));
  return [...plain.matchAll(TOKEN)].map((match) => {
    const [whole, name = ''] = match;
    return { start: match.index, end: match.index + whole.length, name };
  });
}

/** The names that a token may mean, the likeliest first: as written, and without the dots and dashes at its end. */
export function candidateNames({ name }: Pick<MentionToken, 'name'>): string[] {
  const bare = name.replace(TRAILING, '');
  return bare === '' || bare === name ? [name] : [name, bare];
}

/** What a text calls: the candidates of each distinct name, at most `LIMITS.mentionedPeople`, and whether the whole room. */
export function callsOf(text: string): { people: string[][]; room: boolean } {
  const people = new Map<string, string[]>();
  let room = false;
  for (const token of mentionTokens(text)) {
    const names = candidateNames(token);
    if (names.some((name) => name.toLowerCase() === ROOM_MENTION)) room = true;
    else if (people.size < LIMITS.mentionedPeople) people.set(token.name, names);
  }
  return { people: [...people.values()], room };
}
