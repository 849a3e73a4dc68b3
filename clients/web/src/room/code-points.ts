/** Length as people and the protocol count it: an emoji outside the BMP is one. */
export function codePoints(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
