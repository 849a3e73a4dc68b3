/** Runs pieces of work with the same key one after another, in the order of the calls; different keys do not wait. */
export class KeyedQueue {
  /** Made when it is needed: an empty map takes 180 bytes, and most queues of most sockets have nothing to do. */
  #last: Map<string, Promise<void>> | undefined;

  /** Whether work with this key is under way: then another must not go on without its turn. */
  busy(key: string): boolean {
    return this.#last?.has(key) ?? false;
  }

  /** Starts at once when nothing with this key is under way. `work` must not reject. */
  run(key: string, work: () => Promise<void>): Promise<void> {
    const last = (this.#last ??= new Map<string, Promise<void>>());
    const before = last.get(key);
    const done = (before ? before.then(work) : work()).finally(() => {
      if (last.get(key) === done) last.delete(key);
      if (last.size === 0) this.#last = undefined;
    });
    last.set(key, done);
    return done;
  }
}
