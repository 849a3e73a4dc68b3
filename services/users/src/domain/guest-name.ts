/** Without 0, 1, i, l, o: what is read aloud is typed right. 31 letters, six of them: about 890 million names. */
const ALPHABET = '23456789abcdefghjkmnpqrstuvwxyz';
const LENGTH = 6;

/** `guest-` and six letters, taken from random bytes (at least 12 of them; bytes that would favour a letter are skipped). */
export function guestName(random: Uint8Array): string {
  const fair = 256 - (256 % ALPHABET.length);
  const letters = Array.from(random)
    .filter((byte) => byte < fair)
    .slice(0, LENGTH)
    .map((byte) => ALPHABET[byte % ALPHABET.length]);
  if (letters.length < LENGTH) throw new RangeError('too few random bytes');
  return `guest-${letters.join('')}`;
}
