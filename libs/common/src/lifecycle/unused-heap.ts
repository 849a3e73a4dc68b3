import { type EventLoopUtilization, performance } from 'node:perf_hooks';
import { getHeapStatistics } from 'node:v8';
import { measureMemory } from 'node:vm';

export interface HeapUse {
  /** Bytes that V8 has taken from the system, and those of them that hold objects, alive or not collected yet. */
  size: () => { committed: number; used: number };
  /** Share of the time since the last call in which there was something to do, 0 to 1. */
  busy: () => number;
  /** Makes V8 collect; settles when it has. */
  collect: () => Promise<unknown>;
}

const PERIOD_MS = 5_000;
/** Who does more than this is left alone: V8 collects by itself where much is made. */
const BUSY_MAX = 0.1;
/** A memory reducer that has not come after so many collections at rest does not come. */
const COLLECTIONS_MAX = 5;

/** Whether the one is so much more than the other that a collection is worth its 20 ms. */
const muchMore = (bytes: number, than: number): boolean => bytes > than * 1.25 + 16 * 1024 * 1024;

/**
 * Tells V8 of a rest after a storm. It collects when enough new is made, and at rest nothing is: a gateway kept 80 MB of what
 * five thousand handshakes had left for as long as nothing else happened. Its own memory reducer gives pages back 8 s after a
 * collection, but only once several of them have shown that little is made (`memory-reducer.cc` and `gc-tracer.cc` in V8).
 */
export class UnusedHeap {
  readonly #heap: HeapUse;
  /** The least that was committed since the last collection asked for here. */
  #kept = 0;
  /** Collections since the heap grew last. */
  #collections = 0;
  #collecting = false;

  constructor(heap: HeapUse) {
    this.#heap = heap;
  }

  /** Asks for a collection where there is little to do, and the heap has grown or is largely empty. To be called again and again. */
  async look(): Promise<void> {
    const { committed, used } = this.#heap.size();
    const busy = this.#heap.busy();
    this.#kept = Math.min(this.#kept, committed);
    if (this.#collecting || busy > BUSY_MAX) return;
    if (muchMore(committed, this.#kept)) this.#collections = 0;
    else if (this.#collections >= COLLECTIONS_MAX || !muchMore(committed, used)) return;
    this.#collecting = true;
    this.#collections++;
    try {
      await this.#heap.collect();
    } finally {
      this.#kept = this.#heap.size().committed;
      this.#collecting = false;
    }
  }
}

/** Watches this process's heap until it ends. `onError` hears of a measurement that failed; the next look tries again. */
export function giveBackUnusedHeap(onError: (err: unknown) => void): void {
  let last: EventLoopUtilization = performance.eventLoopUtilization();
  const heap = new UnusedHeap({
    size: () => {
      const { total_heap_size: committed, used_heap_size: used } = getHeapStatistics();
      return { committed, used };
    },
    busy: () => {
      const before = last;
      last = performance.eventLoopUtilization();
      return performance.eventLoopUtilization(last, before).utilization;
    },
    // Marks bit by bit and ends in a pause of 10 to 20 ms for 70 MB; `gc()` would stand still for 80.
    collect: () => measureMemory({ mode: 'summary', execution: 'eager' }),
  });
  setInterval(() => void heap.look().catch(onError), PERIOD_MS).unref();
}
