/*
 * What one gateway knows of one room's numbered changes.
 *
 * The line's position is the newest rev up to which everything is known; it comes from history only, never from an
 * event, and moves on by an event that follows directly or by an answer to "changes since". Events further ahead wait.
 * While subscriptions are being answered, what passed is kept, so that an answer read a moment ago can be brought up to
 * the position. `keptFrom` says how far back the kept part is whole.
 *
 *        keptFrom            position        target (newest rev heard of)
 *   --------|====kept==========|....hole..ahead..|
 */

/** A change and the frame that tells subscribers of it. */
export interface LineChange<F> {
  rev: number;
  frame: F;
}

/** Whether the line has all it heard of; `hole`: a later event is here already, so the missing one will not come by itself. */
export type LineHealth = 'whole' | 'behind' | 'hole';

const AHEAD_MAX = 1_024;
const KEPT_MAX = 2_048;

export class RoomLine<F> {
  #position: number | undefined;
  #target = 0;
  readonly #ahead = new Map<number, F>();
  #keeping = false;
  #kept: LineChange<F>[] = [];
  #keptFrom = 0;

  /** Newest rev known without a hole before it; undefined until a history told. */
  get position(): number | undefined {
    return this.#position;
  }

  get health(): LineHealth {
    if (this.#position === undefined || this.#target <= this.#position) return 'whole';
    return this.#ahead.size > 0 ? 'hole' : 'behind';
  }

  /** Keep what passes from now on, or forget it. */
  set keeping(on: boolean) {
    if (on === this.#keeping) return;
    this.#keeping = on;
    this.#kept = [];
    this.#keptFrom = this.#position ?? 0;
  }

  /** Takes an event off the stream. @returns changes that may be delivered now, ascending */
  event(rev: number, frame: F): LineChange<F>[] {
    if (this.#position === undefined) {
      this.#wait(rev, frame);
      return [];
    }
    if (rev <= this.#position) return [];
    if (rev > this.#position + 1) {
      this.#wait(rev, frame);
      return [];
    }
    if (this.#ahead.size === 0) return [this.#advance(rev, frame)];
    this.#ahead.set(rev, frame);
    return this.#drain();
  }

  /** A history up to `rev` was read: the line's position, if it had none. @returns changes that may be delivered now */
  history(rev: number): LineChange<F>[] {
    this.expect(rev);
    if (this.#position !== undefined) return [];
    this.#position = rev;
    this.#keepBefore(rev);
    return this.#drain();
  }

  /** Somebody knows of changes up to `rev`. */
  expect(rev: number): void {
    if (rev > this.#target) this.#target = rev;
  }

  /**
   * Takes every message changed since a rev at or below the position, in its latest state, as of `rev`.
   * @returns changes that may be delivered now, ascending
   */
  changes(rev: number, changes: LineChange<F>[]): LineChange<F>[] {
    const position = this.#position;
    if (position === undefined || rev <= position) return [];
    const news = changes.filter((change) => change.rev > position && change.rev <= rev).sort((a, b) => a.rev - b.rev);
    for (const change of news) this.#keep(change);
    this.#position = rev;
    this.expect(rev);
    return [...news, ...this.#drain()];
  }

  /**
   * What somebody who has everything up to `rev` lacks up to the position.
   * @returns undefined when that is not known any more: the history must be read again
   */
  since(rev: number): LineChange<F>[] | undefined {
    const position = this.#position;
    if (position === undefined || rev >= position) return [];
    if (!this.#keeping || rev < this.#keptFrom) return undefined;
    return this.#kept.filter((change) => change.rev > rev);
  }

  /** Forgets all: the numbers heard so far are of another life of the database, or cannot be completed. */
  reset(): void {
    this.#position = undefined;
    this.#target = 0;
    this.#ahead.clear();
    this.#kept = [];
    this.#keptFrom = 0;
  }

  #wait(rev: number, frame: F): void {
    this.expect(rev);
    // Past the bound the frames go, the target stays: the hole is then filled from the database.
    if (this.#ahead.size >= AHEAD_MAX) this.#ahead.clear();
    this.#ahead.set(rev, frame);
  }

  #drain(): LineChange<F>[] {
    const passed: LineChange<F>[] = [];
    const start = this.#position as number;
    for (const rev of this.#ahead.keys()) if (rev <= start) this.#ahead.delete(rev);
    for (;;) {
      const rev = (this.#position as number) + 1;
      const frame = this.#ahead.get(rev);
      if (frame === undefined) return passed;
      this.#ahead.delete(rev);
      passed.push(this.#advance(rev, frame));
    }
  }

  #advance(rev: number, frame: F): LineChange<F> {
    const change = { rev, frame };
    this.#position = rev;
    this.expect(rev);
    this.#keep(change);
    return change;
  }

  #keep(change: LineChange<F>): void {
    if (!this.#keeping) return;
    this.#kept.push(change);
    if (this.#kept.length <= KEPT_MAX) return;
    const gone = this.#kept.splice(0, KEPT_MAX / 2);
    this.#keptFrom = (gone.at(-1) as LineChange<F>).rev;
  }

  /** Events that waited below the first position are kept as far back as they are without a hole. */
  #keepBefore(position: number): void {
    const kept: LineChange<F>[] = [];
    let rev = position;
    for (let frame = this.#ahead.get(rev); frame !== undefined; frame = this.#ahead.get(--rev)) kept.push({ rev, frame });
    this.#kept = kept.reverse();
    this.#keptFrom = rev;
  }
}
