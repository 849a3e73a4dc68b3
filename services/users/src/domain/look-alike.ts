/**
 * Letters of other scripts that are drawn like a Latin one, in lower or upper case, beside it. The migration that made
 * the keys of older names has the same table.
 */
const TWINS: readonly (readonly [letters: string, latin: string])[] = [
  // Cyrillic
  ['асԁеһіјӏорԛѕѵԝхукмтвнпг', 'acdehijlopqsvwxykmtbhnr'],
  // Greek
  ['αεικνορτυχγηωβζμ', 'aeikvoptuxynwbzm'],
  // Armenian
  ['օսհոցզյ', 'ouhngqj'],
];

const latinOf = new Map(TWINS.flatMap(([letters, latin]) => Array.from(letters, (letter, i) => [letter, latin.charAt(i)])));

/**
 * What a folded name looks like when every letter that is drawn like a Latin one is read as that: names that share it
 * cannot be told apart by eye, so only one of them may exist. Names of one script stay as different as they were.
 */
export const lookAlikeKey = (nameKey: string): string => Array.from(nameKey, (letter) => latinOf.get(letter) ?? letter).join('');
