/** Tells whoever waits what is going on: one line, rewritten on a terminal. */
export class Progress {
  readonly #begun = performance.now();
  readonly #terminal = process.stderr.isTTY;
  #prefix = '';

  /** What the following steps belong to. */
  under(prefix: string): void {
    this.#prefix = prefix;
  }

  step(text: string): void {
    const seconds = Math.round((performance.now() - this.#begun) / 1000);
    const line = `${String(Math.floor(seconds / 60)).padStart(3)}:${String(seconds % 60).padStart(2, '0')}  ${this.#prefix}: ${text}`;
    process.stderr.write(this.#terminal ? `\r\x1b[K${line.slice(0, (process.stderr.columns ?? 80) - 1)}` : `${line}\n`);
  }

  /** Leaves the line. */
  end(): void {
    if (this.#terminal) process.stderr.write('\r\x1b[K');
  }
}
