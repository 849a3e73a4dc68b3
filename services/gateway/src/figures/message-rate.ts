const MINUTE_MS = 60_000;
const SLOT_MS = 5_000;
const MINUTES = 30;
const SLOTS = (MINUTES * MINUTE_MS) / SLOT_MS;
const SLOTS_A_MINUTE = MINUTE_MS / SLOT_MS;

/** Counts messages in slots of 5 s over the last half hour. Times are milliseconds of one clock, passed in. */
export class MessageRate {
  readonly #slots = new Array<number>(SLOTS).fill(0);
  #newest = 0;

  /** One more message. */
  count(now: number): void {
    this.#forward(now);
    const at = this.#newest % SLOTS;
    this.#slots[at] = (this.#slots[at] ?? 0) + 1;
  }

  /** Messages of the last minute, and of each of the last 30, the oldest first. */
  read(now: number): { lastMinute: number; perMinute: number[] } {
    this.#forward(now);
    const perMinute = Array.from({ length: MINUTES }, (_, minute) => {
      const last = this.#newest - (MINUTES - 1 - minute) * SLOTS_A_MINUTE;
      return Array.from({ length: SLOTS_A_MINUTE }, (_slot, back) => this.#at(last - back)).reduce((sum, n) => sum + n, 0);
    });
    return { lastMinute: perMinute.at(-1) ?? 0, perMinute };
  }

  #at(slot: number): number {
    return slot < 0 ? 0 : (this.#slots[slot % SLOTS] ?? 0);
  }

  #forward(now: number): void {
    const slot = Math.floor(now / SLOT_MS);
    const from = Math.max(this.#newest + 1, slot - SLOTS + 1);
    for (let empty = from; empty <= slot; empty++) this.#slots[empty % SLOTS] = 0;
    this.#newest = Math.max(this.#newest, slot);
  }
}
