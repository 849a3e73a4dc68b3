/** A deadline on the wheel; `cancel` is safe at any time. */
export interface Deadline {
  cancel(): void;
}

interface Entry extends Deadline {
  rounds: number;
  fire: (() => void) | undefined;
}

const SLOTS = 512;

/**
 * One interval for the deadlines of all sockets (hello, heartbeat, expiry, end of a close), instead of a timer each.
 * A deadline fires up to one tick late, never early. Nothing runs while the wheel is empty.
 */
export class DeadlineWheel {
  readonly #tickMs: number;
  readonly #slots: Set<Entry>[] = Array.from({ length: SLOTS }, () => new Set<Entry>());
  #position = 0;
  #size = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(tickMs = 100) {
    this.#tickMs = tickMs;
  }

  /** Calls `fire` once, `delayMs` milliseconds from now. */
  after(delayMs: number, fire: () => void): Deadline {
    // One more tick than the quotient: the running one is already partly over.
    const ticks = Math.max(1, Math.ceil(delayMs / this.#tickMs)) + 1;
    const slot = this.#slots[(this.#position + ticks) % SLOTS] as Set<Entry>;
    const entry: Entry = {
      rounds: Math.floor((ticks - 1) / SLOTS),
      fire,
      cancel: () => this.#remove(slot, entry),
    };
    slot.add(entry);
    this.#size++;
    this.#timer ??= setInterval(() => this.#turn(), this.#tickMs);
    return entry;
  }

  /** Forgets every deadline. */
  stop(): void {
    for (const slot of this.#slots) slot.clear();
    this.#size = 0;
    this.#rest();
  }

  #turn(): void {
    this.#position = (this.#position + 1) % SLOTS;
    const slot = this.#slots[this.#position] as Set<Entry>;
    for (const entry of slot) {
      if (entry.rounds-- > 0) continue;
      const { fire } = entry;
      this.#remove(slot, entry);
      fire?.();
    }
    this.#rest();
  }

  #remove(slot: Set<Entry>, entry: Entry): void {
    entry.fire = undefined;
    if (slot.delete(entry)) this.#size--;
  }

  #rest(): void {
    if (this.#size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
