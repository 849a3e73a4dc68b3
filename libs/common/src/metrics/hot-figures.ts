import { Counter, type Histogram, type Registry } from 'prom-client';

/*
 * Figures of what happens with every message. prom-client checks, copies and hashes labels each time, which cost a gateway
 * 5 % of what a message costs it; these add numbers, and tell them when they are asked for.
 */

interface Named {
  name: string;
  help: string;
  registers: [Registry];
}

/** A counter without labels. */
export class Tally {
  #untold = 0;

  constructor(named: Named) {
    const take = () => {
      const untold = this.#untold;
      this.#untold = 0;
      return untold;
    };
    new Counter({
      ...named,
      collect() {
        this.inc(take());
      },
    });
  }

  inc(by = 1): void {
    this.#untold += by;
  }
}

/** A counter with one label, of which there must be few values. */
export class LabelledTally {
  readonly #untold = new Map<string, number>();

  constructor({ label, ...named }: Named & { label: string }) {
    const untold = this.#untold;
    new Counter({
      ...named,
      labelNames: [label],
      collect() {
        for (const [value, count] of untold) this.inc({ [label]: value }, count);
        untold.clear();
      },
    });
  }

  inc(value: string): void {
    this.#untold.set(value, (this.#untold.get(value) ?? 0) + 1);
  }
}

/** A histogram without labels; `buckets` are its upper bounds, ascending. */
export class PlainHistogram {
  readonly #bounds: readonly number[];
  /** By bound; the last is of what lies above all of them. */
  readonly #counts: number[];
  #sum = 0;

  constructor({ name, help, registers: [registry], buckets }: Named & { buckets: readonly number[] }) {
    this.#bounds = buckets;
    this.#counts = [...buckets, Number.POSITIVE_INFINITY].map(() => 0);
    const type = 'histogram';
    const metric = { name, help, type, get: () => Promise.resolve({ name, help, type, values: this.#values(name) }) };
    // A registry asks a metric for nothing else.
    registry.registerMetric(metric as unknown as Histogram);
  }

  observe(value: number): void {
    let i = 0;
    while (i < this.#bounds.length && value > (this.#bounds[i] as number)) i++;
    (this.#counts[i] as number)++;
    this.#sum += value;
  }

  #values(name: string): { metricName: string; labels: { le?: number | string }; value: number }[] {
    let count = 0;
    const buckets = this.#counts.map((own, i) => {
      count += own;
      return { metricName: `${name}_bucket`, labels: { le: this.#bounds[i] ?? '+Inf' }, value: count };
    });
    return [
      ...buckets,
      { metricName: `${name}_sum`, labels: {}, value: this.#sum },
      { metricName: `${name}_count`, labels: {}, value: count },
    ];
  }
}
