/** Waits of the watch, in milliseconds. */
export interface LivenessWaits {
  silenceMs: number;
  probeMs: number;
}

/**
 * Notices a half-open socket, one that neither closes nor delivers. Scripts in browsers do not see the server's
 * WebSocket pings, so after a silence the watch asks `probe` to send a `ping` frame, and calls `dead` when nothing at
 * all arrives after it. Nothing runs while frames arrive but one timer, moved on lazily.
 */
export class Liveness {
  readonly #waits: LivenessWaits;
  readonly #probe: () => void;
  readonly #dead: () => void;
  #heardAt = performance.now();
  #probedAt: number | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(waits: LivenessWaits, probe: () => void, dead: () => void) {
    this.#waits = waits;
    this.#probe = probe;
    this.#dead = dead;
    this.#arm(waits.silenceMs);
  }

  /** Call at every frame that arrives. */
  heard(): void {
    this.#heardAt = performance.now();
    this.#probedAt = null;
  }

  /** Probes now, e.g. because the machine woke up or its network changed. */
  check(): void {
    if (this.#probedAt !== null) return;
    this.#probedAt = performance.now();
    this.#probe();
    this.#arm(this.#waits.probeMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #arm(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#wake(), ms);
  }

  #wake(): void {
    const now = performance.now();
    if (this.#probedAt !== null) {
      const left = this.#probedAt + this.#waits.probeMs - now;
      return left > 0 ? this.#arm(left) : this.#dead();
    }
    const left = this.#heardAt + this.#waits.silenceMs - now;
    return left > 0 ? this.#arm(left) : this.check();
  }
}
