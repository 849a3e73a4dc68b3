/** Numbers from 0 (inclusive) to 1. */
export type Random = () => number;

/** mulberry32: the same numbers for the same seed, so that a run can be repeated. */
export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** One of `items`, which must not be empty. */
export const pick = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;

/** An integer from `low` to `high`, both inclusive. */
export const between = (random: Random, low: number, high: number): number => low + Math.floor(random() * (high - low + 1));
