import { build, decodeFromCompressedBase64, encodeIntoCompressedBase64, type Histogram } from 'hdr-histogram-js';

/** Times in microseconds, kept to three digits. */
export const newHistogram = (): Histogram => build({ bitBucketSize: 32, autoResize: true, numberOfSignificantValueDigits: 3 });

/** Records a time; what clocks make negative counts as 0. */
export const record = (histogram: Histogram, micros: number): void => histogram.recordValue(Math.max(0, Math.round(micros)));

export const encode = (histogram: Histogram): string => encodeIntoCompressedBase64(histogram);

/** Adds an encoded histogram to another. */
export const addEncoded = (to: Histogram, encoded: string): void => to.add(decodeFromCompressedBase64(encoded, 32));

/** What is reported of times; milliseconds. */
export interface Times {
  count: number;
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

const ms = (micros: number) => Math.round(micros) / 1000;

export function timesOf(histogram: Histogram): Times {
  const { totalCount } = histogram;
  const at = (percentile: number) => (totalCount === 0 ? 0 : ms(histogram.getValueAtPercentile(percentile)));
  return { count: totalCount, p50: at(50), p95: at(95), p99: at(99), max: totalCount === 0 ? 0 : ms(histogram.maxValue) };
}
