/**
 * A copy that stands for itself: V8 cuts strings out of others without copying, so that an id out of a pack would keep all of
 * the pack in memory for as long as anybody remembers the id.
 */
export const ownCopy = (text: string): string => Buffer.from(text).toString();

/** One copy of each string that comes again and again, as ids do: it is hashed once, and keeps nothing else in memory. */
export class OwnStrings {
  readonly #max: number;
  readonly #known = new Map<string, string>();

  /** Knows up to `max` strings, then begins anew. */
  constructor(max: number) {
    this.#max = max;
  }

  of(text: string): string {
    const known = this.#known.get(text);
    if (known !== undefined) return known;
    if (this.#known.size >= this.#max) this.#known.clear();
    const own = ownCopy(text);
    this.#known.set(own, own);
    return own;
  }
}
