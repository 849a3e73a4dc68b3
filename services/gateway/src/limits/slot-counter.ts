/** Counts what is open at once per key (an address, a person), up to `limit`; 0 counts nothing and never refuses. */
export class SlotCounter {
  readonly #limit: number;
  readonly #taken = new Map<string, number>();

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Takes a slot. @returns false when the key has all of its slots in use; then none was taken */
  take(key: string): boolean {
    if (this.#limit === 0) return true;
    const taken = this.#taken.get(key) ?? 0;
    if (taken >= this.#limit) return false;
    this.#taken.set(key, taken + 1);
    return true;
  }

  /** Gives a slot back; call it once for every `take` that answered true. */
  free(key: string): void {
    const taken = this.#taken.get(key) ?? 0;
    if (taken > 1) this.#taken.set(key, taken - 1);
    else this.#taken.delete(key);
  }
}
