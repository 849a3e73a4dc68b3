/** Lets at most so many pieces of work run at once; the others wait in the order of the calls. */
export class Slots {
  #waiting: (() => void)[] | undefined;
  #free: number;

  constructor(count: number) {
    this.#free = count;
  }

  /** @throws what `work` throws */
  async run<T>(work: () => Promise<T>): Promise<T> {
    if (this.#free > 0) this.#free--;
    else await new Promise<void>((resolve) => (this.#waiting ??= []).push(resolve));
    try {
      return await work();
    } finally {
      const next = this.#waiting?.shift();
      if (next) next();
      else this.#free++;
    }
  }
}
