/** Runs pieces of work with the same key one after another, in the order of the calls; different keys do not wait. */
export class KeyedQueue {
  readonly #last = new Map<string, Promise<void>>();

  /** Starts at once when nothing with this key is under way. `work` must not reject. */
  run(key: string, work: () => Promise<void>): Promise<void> {
    const before = this.#last.get(key);
    const done = (before ? before.then(work) : work()).finally(() => {
      if (this.#last.get(key) === done) this.#last.delete(key);
    });
    this.#last.set(key, done);
    return done;
  }
}
