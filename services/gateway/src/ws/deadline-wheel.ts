/** A deadline on the wheel; `cancel` is safe at any time. */
export interface Deadline {
  cancel(): void;
}

const SLOTS = 512;

/** A class, and no closure: every socket keeps two or three. */
class Entry implements Deadline {
  rounds: number;
  fire: (() => void) | undefined;
  /** The place it waits in. */
  readonly slot: Set<Entry>;
  readonly #wheel: { remove(entry: Entry): void };

  constructor(wheel: { remove(entry: Entry): void }, slot: Set<Entry>, rounds: number, fire: () => void) {
    this.#wheel = wheel;
    this.slot = slot;
    this.rounds = rounds;
    this.fire = fire;
  }

  cancel(): void {
    this.#wheel.remove(this);
  }
}

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
    const entry = new Entry(this, slot, Math.floor((ticks - 1) / SLOTS), fire);
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

  /** Takes a deadline off the wheel; one that fired or was removed before stays so. */
  remove(entry: Entry): void {
    entry.fire = undefined;
    if (entry.slot.delete(entry)) this.#size--;
  }

  #turn(): void {
    this.#position = (this.#position + 1) % SLOTS;
    const slot = this.#slots[this.#position] as Set<Entry>;
    for (const entry of slot) {
      if (entry.rounds-- > 0) continue;
      const { fire } = entry;
      this.remove(entry);
      fire?.();
    }
    this.#rest();
  }

  #rest(): void {
    if (this.#size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }
}
