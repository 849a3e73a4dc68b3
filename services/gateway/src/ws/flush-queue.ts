/** Something that holds writes back until it is flushed. */
export interface Flushable {
  flush(): void;
}

/**
 * Collects the connections that were written to in this turn of the event loop and flushes them at its end, so that
 * everything a socket gets in a tick leaves in one write.
 */
export class FlushQueue {
  #dirty: Flushable[] = [];
  #spare: Flushable[] = [];
  #scheduled = false;

  /** The caller adds itself once until it is flushed. */
  add(connection: Flushable): void {
    this.#dirty.push(connection);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#run);
  }

  readonly #run = (): void => {
    const batch = this.#dirty;
    this.#dirty = this.#spare;
    this.#scheduled = false;
    for (let i = 0; i < batch.length; i++) (batch[i] as Flushable).flush();
    batch.length = 0;
    this.#spare = batch;
  };
}
