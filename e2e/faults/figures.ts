import { type Outcome, say, seconds } from './scenario.js';

/** Sums of a run of many rounds. */
export class Figures {
  rounds = 0;
  readonly #seed: number;
  readonly #since = performance.now();
  readonly #silences = new Map<string, number[]>();
  readonly #latencies: number[] = [];
  #acked = 0;
  #changed = 0;

  constructor(seed: number) {
    this.#seed = seed;
  }

  /** Adds a round that kept every promise: a round that did not has thrown. */
  add(faults: string[], { acked, changed, longestSilenceMs, latencies }: Outcome): void {
    this.rounds++;
    this.#acked += acked;
    this.#changed += changed;
    for (const fault of faults) this.#silences.set(fault, [...(this.#silences.get(fault) ?? []), longestSilenceMs]);
    // A sample is enough for percentiles, and half an hour's worth of all would not be.
    for (let i = 0; i < latencies.length; i += 10) this.#latencies.push(latencies[i] as number);
  }

  print(): void {
    const faults = [...this.#silences.values()].flat().length;
    const sorted = this.#latencies.sort((a, b) => a - b);
    const at = (share: number) => `${Math.round(sorted[Math.floor((sorted.length - 1) * share)] ?? 0)} ms`;
    say(`seed ${this.#seed}, ${seconds(performance.now() - this.#since)}, ${this.rounds} rounds, ${faults} faults`);
    say(`${this.#acked} messages acked, ${this.#changed} of them edited or deleted; lost 0, doubled 0, out of order 0`);
    say(`send to ack, faults included: p50 ${at(0.5)}, p90 ${at(0.9)}, p99 ${at(0.99)}, longest ${at(1)}`);
    for (const [fault, silences] of [...this.#silences].sort()) {
      const longest = seconds(Math.max(...silences));
      say(`  ${fault}: ${silences.length} times, longest time without an ack in a round with it ${longest}`);
    }
  }
}
