/** Something that holds writes back until it is flushed. */
export interface Flushable {
  flush(): void;
}

const NOTHING = Buffer.alloc(0);

/**
 * Collects the connections that were written to in this turn of the event loop and flushes them at its end, so that
 * everything a socket gets in a tick leaves in one write.
 */
export class FlushQueue {
  #dirty: Flushable[] = [];
  #spare: Flushable[] = [];
  #scheduled = false;
  /** What was joined last in this turn, for the next socket with the same frames. */
  #frames: readonly Buffer[] = [];
  #joined: Buffer = NOTHING;

  /** The caller adds itself once until it is flushed. */
  add(connection: Flushable): void {
    this.#dirty.push(connection);
    if (this.#scheduled) return;
    this.#scheduled = true;
    setImmediate(this.#run);
  }

  /**
   * One buffer of several frames. Subscribers of a room get the same frames and are flushed one after another: the bytes
   * are then copied once for all of them, and each socket costs one write.
   */
  join(frames: readonly Buffer[], bytes: number): Buffer {
    if (frames.length === 1) return frames[0] as Buffer;
    if (!same(frames, this.#frames)) {
      this.#frames = frames;
      this.#joined = Buffer.concat(frames, bytes);
    }
    return this.#joined;
  }

  readonly #run = (): void => {
    const batch = this.#dirty;
    this.#dirty = this.#spare;
    this.#scheduled = false;
    for (let i = 0; i < batch.length; i++) (batch[i] as Flushable).flush();
    batch.length = 0;
    this.#spare = batch;
    this.#frames = [];
    this.#joined = NOTHING;
  };
}

function same(a: readonly Buffer[], b: readonly Buffer[]): boolean {
  if (a.length !== b.length) return false;
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false;
  return true;
}
