/** Timers that end together. */
export class Timers {
  readonly #running = new Set<ReturnType<typeof setTimeout>>();
  #stopped = false;

  /** Calls `work` after `ms`, unless stopped meanwhile. @returns how to call it off */
  after(ms: number, work: () => void): () => void {
    if (this.#stopped) return () => undefined;
    const timer = setTimeout(() => {
      this.#running.delete(timer);
      work();
    }, ms);
    this.#running.add(timer);
    return () => {
      clearTimeout(timer);
      this.#running.delete(timer);
    };
  }

  stop(): void {
    this.#stopped = true;
    for (const timer of this.#running) clearTimeout(timer);
  }
}
